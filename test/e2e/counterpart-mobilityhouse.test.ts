// Our charger and the Python package `ocpp` by The Mobility House as its central system. Skipped where that is missing, unless
// COUNTERPARTS=required, as in CI.
import { describeCounterpart } from '../contracts/counterpart-contract';
import { describeCounterpartV201 } from '../contracts/counterpart-v201-contract';
import { findPython, startPythonCsms } from '../support/python-csms';

const python = findPython();
const name = 'ocpp of The Mobility House, in Python';

if ('command' in python) {
  describeCounterpart(name, () => startPythonCsms(python.command, 'ocpp1.6'));
  describeCounterpartV201(name, () => startPythonCsms(python.command, 'ocpp2.0.1'));
} else if (process.env.COUNTERPARTS === 'required') {
  it(`OCPP 1.6 and 2.0.1: ${name}`, () => {
    throw new Error(python.missing);
  });
} else {
  describe.skip(name, () => {
    it(`OCPP 1.6 and 2.0.1 are SKIPPED: ${python.missing}`, () => undefined);
  });
}
