// Operations that a hand at the charger does: cables, cards, the EV, things that break.
import { z } from 'zod';
import {
  address,
  addressOf,
  chargerId,
  evFields,
  evSchema,
  given,
  idTokenType,
  presentedToken,
  wrongToken,
} from './fields';
import { defineOperation, waited } from './operation';
import { answered, commandProblems } from './outcome';

const subject = 'At the charger';
const connectorAnswer = waited({ connector: z.looseObject({}).optional().describe('The connector as it is now.') });
const exampleAnswer = { connector: { connectorId: 1, status: 'Preparing' }, exchange: [] };

export const plugIn = defineOperation({
  name: 'plugIn',
  method: 'POST',
  route: 'chargers/{chargerId}/plug-in',
  subject,
  summary: 'Plugs an EV in',
  waits: true,
  input: { chargerId, ...address, ev: evSchema.optional().describe('Default: the EV of the charger.') },
  output: connectorAnswer,
  problems: [...commandProblems, 'not-found'],
  example: {
    input: { chargerId: 'CP-1', connectorId: 1, ev: { batteryCapacityWh: 60_000, soc: 20 } },
    output: exampleAnswer,
  },
  async run(input, call) {
    const ev = input.ev ? { ev: given(input.ev) } : {};
    return answered(await call.submit(input.chargerId, { kind: 'plugIn', address: addressOf(input), ...ev }));
  },
});

export const unplug = defineOperation({
  name: 'unplug',
  method: 'POST',
  route: 'chargers/{chargerId}/unplug',
  subject,
  summary: 'Unplugs the EV',
  waits: true,
  input: {
    chargerId,
    ...address,
    side: z.enum(['ev', 'both']).optional().describe("ev: the cable stays in the charger's socket. Default both."),
  },
  output: connectorAnswer,
  problems: [...commandProblems, 'not-found'],
  example: {
    input: { chargerId: 'CP-1', connectorId: 1 },
    output: { connector: { connectorId: 1, status: 'Available' }, exchange: [] },
  },
  async run(input, call) {
    const side = given({ side: input.side });
    return answered(await call.submit(input.chargerId, { kind: 'unplug', address: addressOf(input), ...side }));
  },
});

export const presentToken = defineOperation({
  name: 'presentToken',
  method: 'POST',
  route: 'chargers/{chargerId}/present-token',
  subject,
  summary: 'Holds a card to the reader, or has the EV show its contract: starts, stops or is refused as the state says',
  waits: true,
  input: {
    chargerId,
    ...address,
    idToken: presentedToken,
    type: idTokenType,
    certificate: z
      .string()
      .min(1)
      .max(20_000)
      .optional()
      .describe('OCPP 2.0.1, Plug & Charge: the contract certificate that the EV shows, PEM, its issuers after it.'),
  },
  output: connectorAnswer,
  problems: [...commandProblems, 'not-found'],
  example: { input: { chargerId: 'CP-1', connectorId: 1, idToken: 'TAG-1' }, output: exampleAnswer },
  check: wrongToken,
  async run(input, call) {
    const token = given({ idToken: input.idToken, type: input.type, certificate: input.certificate });
    return answered(await call.submit(input.chargerId, { kind: 'presentToken', address: addressOf(input), ...token }));
  },
});

export const setEv = defineOperation({
  name: 'setEv',
  method: 'POST',
  route: 'chargers/{chargerId}/ev',
  subject,
  summary: 'Changes the EV that is plugged in',
  description:
    'Battery, state of charge, power, phases, charging curve; `suspended` suspends and resumes charging by the EV.',
  waits: true,
  input: { chargerId, ...address, ...evFields },
  output: connectorAnswer,
  problems: [...commandProblems, 'not-found'],
  example: {
    input: { chargerId: 'CP-1', connectorId: 1, suspended: true },
    output: { connector: { connectorId: 1, status: 'SuspendedEV' }, exchange: [] },
  },
  check({ chargerId: _, connectorId: __, evseId: ___, timeoutSeconds: ____, ...ev }: Record<string, unknown>) {
    if (Object.values(ev).some((value) => value !== undefined)) return [];
    return [{ path: '', message: `nothing to change: give one of ${Object.keys(evFields).join(', ')}` }];
  },
  async run({ chargerId: id, connectorId, evseId, ...ev }, call) {
    const where = addressOf({ connectorId, evseId });
    return answered(await call.submit(id, { kind: 'setEv', address: where, ev: given(ev) }));
  },
});

const faultText = (longest: number) => z.string().min(1).max(longest).optional();

export const raiseFault = defineOperation({
  name: 'raiseFault',
  method: 'POST',
  route: 'chargers/{chargerId}/faults',
  subject,
  summary: 'Breaks something',
  description: 'Without an address it concerns the whole charger. It lasts until it is cleared.',
  waits: true,
  input: {
    chargerId,
    errorCode: z
      .string()
      .min(1)
      .max(50)
      .describe('OCPP 1.6: GroundFailure, ConnectorLockFailure, OverCurrentFailure, …'),
    info: faultText(50),
    vendorId: faultText(255),
    vendorErrorCode: faultText(50),
    connectorId: z.int().min(0).max(1000).optional().describe('0 or left out: the whole charger.'),
    evseId: z.int().min(0).max(1000).optional().describe('OCPP 2.x. 0 or left out: the whole charger.'),
  },
  output: waited({ fault: z.looseObject({ id: z.string(), errorCode: z.string() }) }),
  problems: [...commandProblems, 'not-found'],
  example: {
    input: { chargerId: 'CP-1', connectorId: 1, errorCode: 'GroundFailure' },
    output: { fault: { id: 'F1', errorCode: 'GroundFailure', connectorId: 1 }, exchange: [] },
  },
  async run({ chargerId: id, errorCode, info, vendorId, vendorErrorCode, connectorId, evseId }, call) {
    const where = addressOf({ connectorId: connectorId || undefined, evseId: evseId || undefined });
    const fault = { errorCode, ...given({ info, vendorId, vendorErrorCode }) };
    return answered(await call.submit(id, { kind: 'raiseFault', address: where, fault }));
  },
});

export const clearFault = defineOperation({
  name: 'clearFault',
  method: 'DELETE',
  route: 'chargers/{chargerId}/faults/{faultId}',
  subject,
  summary: 'Repairs what raiseFault broke',
  waits: true,
  input: { chargerId, faultId: z.string().min(1).max(50) },
  output: waited(),
  problems: [...commandProblems, 'not-found'],
  example: { input: { chargerId: 'CP-1', faultId: 'F1' }, output: { exchange: [] } },
  async run({ chargerId: id, faultId }, call) {
    return answered(await call.submit(id, { kind: 'clearFault', faultId }));
  },
});

export const physicalOperations = [plugIn, unplug, presentToken, setEv, raiseFault, clearFault];
