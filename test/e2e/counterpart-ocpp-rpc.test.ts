// Our charger and the npm package ocpp-rpc as its central system.
import { describeCounterpart } from '../contracts/counterpart-contract';
import { describeCounterpartV201 } from '../contracts/counterpart-v201-contract';
import { startStrictCsms } from '../support/strict-csms';

describeCounterpart('ocpp-rpc in strict mode', () => startStrictCsms('ocpp1.6'));
describeCounterpartV201('ocpp-rpc in strict mode', () => startStrictCsms('ocpp2.0.1'));
