// Operations on one charger as a thing: create, read, change, delete. Many at once are in `many-chargers.ts`.
import { z } from 'zod';
import type { SettingsPatch } from '../charger/command';
import type { ChargerSnapshot } from '../simulator/service';
import {
  checkCsms,
  checkNewCharger,
  csmsFields,
  csmsOf,
  identity,
  newCharger,
  newChargerFields,
  type SharedInput,
} from './charger-input';
import { exchangeFields, exchangeOf } from './exchange';
import { chargerId, connection, given, tags } from './fields';
import { type Call, defineOperation, waited } from './operation';
import { badInput, ProblemError, unknownCharger } from './problem';
import { checkKeyKept, withTlsDetails } from './tls-input';
import { chargerBody, chargerSchema, etagOf, matches } from './views';

export const subject = 'Chargers';

export const exampleCharger = {
  id: 'CP-1',
  identity: 'CP-1',
  protocol: 'ocpp1.6',
  csms: { url: 'ws://csms.example/ocpp' },
  model: 'ac-22kw-two-socket',
  connection: 'onDemand',
  power: 'on',
  network: 'online',
  tags: ['ci'],
  link: { state: 'down' },
  registration: { status: 'Accepted' },
  connectors: [{ connectorId: 1, status: 'Available' }],
  security: { profile: 0 },
  faults: [],
  queuedMessages: 0,
};

/** The charger now. @throws ProblemError 404 */
export async function existing(call: Pick<Call, 'simulator'>, id: string): Promise<ChargerSnapshot> {
  const snapshot = await call.simulator.snapshot(id);
  if (!snapshot) throw unknownCharger(id);
  return snapshot;
}

export const createCharger = defineOperation({
  name: 'createCharger',
  method: 'POST',
  route: 'chargers',
  subject,
  summary: 'Creates a charger from a model',
  description:
    'Only `protocol` and `csms.url` are required; with the demo CSMS running, not even those. The charger dials `csms.url` + `/` + the ' +
    'percent-encoded identity. A persistent charger that is on connects by itself.',
  status: 201,
  input: {
    id: chargerId.optional().describe('Default: one that is made up.'),
    identity: identity.optional(),
    ...newChargerFields,
  },
  output: chargerSchema,
  problems: ['exists'],
  example: {
    input: { id: 'CP-1', protocol: 'ocpp1.6', csms: { url: 'ws://csms.example/ocpp' }, tags: ['ci'] },
    output: exampleCharger,
  },
  check: checkNewCharger,
  async run({ id, identity: own, ...rest }, call) {
    const chosen = id ?? `CP-${call.commandId.slice(0, 8)}`;
    const spec = newCharger(rest as SharedInput, chosen, own, call.demoCsmsUrl);
    const created = await call.simulator.create({ ...spec, csms: await withTlsDetails(spec.csms) });
    const location = `/api/chargers/${encodeURIComponent(chosen)}`;
    return { headers: { location, etag: etagOf(created) }, body: chargerBody(created) };
  },
});

export const getCharger = defineOperation({
  name: 'getCharger',
  method: 'GET',
  route: 'chargers/{chargerId}',
  subject,
  summary: 'Tells all about a charger as it is now',
  description: 'The `ETag` names the revision of its settings, for `If-Match`.',
  input: { chargerId },
  output: chargerSchema,
  problems: ['unknown-charger'],
  example: { input: { chargerId: 'CP-1' }, output: exampleCharger },
  async run(input, call) {
    const snapshot = await existing(call, input.chargerId);
    return { headers: { etag: etagOf(snapshot) }, body: chargerBody(snapshot) };
  },
});

/** The revision that If-Match asks for, if it does. @throws ProblemError 412 */
function expectedRevision(call: Call, snapshot: ChargerSnapshot): { ifRevision?: number } {
  if (call.ifMatch === undefined) return {};
  const etag = etagOf(snapshot);
  if (!matches(call.ifMatch, etag)) {
    throw new ProblemError(
      'stale',
      `If-Match says ${call.ifMatch}, the charger is at ${etag}: read it again`,
      {},
      { etag },
    );
  }
  return call.ifMatch.trim() === '*' ? {} : { ifRevision: snapshot.charger.revision };
}

const csmsPatch = z.strictObject({
  url: csmsFields.url,
  securityProfile: csmsFields.securityProfile,
  basicAuth: csmsFields.basicAuth.unwrap().nullable().optional().describe('null takes it away.'),
  tls: csmsFields.tls.unwrap().nullable().optional().describe('null takes it away.'),
});

export const updateCharger = defineOperation({
  name: 'updateCharger',
  method: 'PATCH',
  route: 'chargers/{chargerId}',
  subject,
  summary: 'Changes the settings of a charger',
  description: 'What is left out stays, within `csms` too. A changed address of the CSMS closes the connection.',
  waits: true,
  conditional: true,
  input: {
    chargerId,
    identity: identity.optional(),
    csms: csmsPatch.optional(),
    tags: tags.optional(),
    connection: connection.optional(),
  },
  output: waited(chargerSchema.shape),
  problems: ['unknown-charger', 'stale'],
  check: ({ csms = {} }, { vault }) => checkKeyKept(csms, vault),
  example: { input: { chargerId: 'CP-1', tags: ['ci', 'nightly'] }, output: { ...exampleCharger, exchange: [] } },
  async run({ chargerId: id, csms, ...plain }, call) {
    const before = await existing(call, id);
    const condition = expectedRevision(call, before);
    const settings: SettingsPatch = {
      ...given(plain),
      ...(csms ? { csms: await withTlsDetails(patched(before, csms, plain.identity)) } : {}),
    };
    const { exchange } = await call.submit(id, { kind: 'updateSettings', settings, ...condition });
    const after = await existing(call, id);
    return { headers: { etag: etagOf(after) }, body: { ...chargerBody(after), ...exchangeOf(exchange) } };
  },
});

function patched({ charger }: ChargerSnapshot, patch: z.output<typeof csmsPatch>, identityNow = charger.identity) {
  const merged = Object.entries({ ...charger.csms, ...given(patch) }).filter(([, value]) => value !== null);
  const csms = csmsOf(Object.fromEntries(merged), identityNow, charger.csms.url);
  const errors = checkCsms(csms);
  if (errors.length > 0) throw badInput(errors);
  return csms;
}

export const force = z.boolean().default(false).describe('Do not tell the CSMS and do not wait for it.');
export const ended = z.array(z.string()).describe('What was running and has been ended.');

export const deleteCharger = defineOperation({
  name: 'deleteCharger',
  method: 'DELETE',
  route: 'chargers/{chargerId}',
  subject,
  summary: 'Ends what is running on a charger, says so, and deletes it',
  waits: true,
  conditional: true,
  input: { chargerId, force },
  output: z.strictObject({ id: z.string(), deleted: z.literal(true), ended, ...exchangeFields }),
  problems: ['unknown-charger', 'stale'],
  example: {
    input: { chargerId: 'CP-1' },
    output: { id: 'CP-1', deleted: true, ended: ['transaction 17'], exchange: [] },
  },
  async run(input, call) {
    const id = input.chargerId;
    const condition = call.ifMatch === undefined ? {} : expectedRevision(call, await existing(call, id));
    const removed = await call.simulator.remove(id, { force: input.force, timeoutMs: call.timeoutMs, ...condition });
    if (!removed) throw unknownCharger(id);
    return { body: { id, deleted: true, ended: removed.ended, ...exchangeOf(removed.exchange ?? []) } };
  },
});

export const chargerOperations = [createCharger, getCharger, updateCharger, deleteCharger];
