// Our charger and the npm package ocpp-rpc as its central system.
import { describeCounterpart } from '../contracts/counterpart-contract';
import { startStrictCsms } from '../support/strict-csms';

describeCounterpart('ocpp-rpc in strict mode', startStrictCsms);
