// The demo CSMS over HTTP: what it knows, and commands to chargers. Its settings are in `setting-routes.ts`, OCPP itself is elsewhere.
import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { z } from 'zod';
import { isForeignOrigin, whyNotFromHere } from '../host/loopback-guard';
import type { Connections } from './connections';
import { type ChargerEntry, type Ledger, runningTransactions } from './ledger';
import { page } from './page';
import { checked, jsonBody, Problem, problemResponse } from './problem';
import { redact } from './redact';
import type { CallOutcome, Session } from './session';
import { addSettingRoutes } from './setting-routes';
import type { CsmsVersion } from './version';
import { callView, chargerView, summaryView, transactionView } from './views';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const limit = z.coerce.number().int().min(1).max(10_000);

const callQuery = z.strictObject({
  validate: flag.default(true),
  timeoutSeconds: z.coerce.number().positive().max(200).default(30),
});
const disconnectQuery = z.strictObject({ abrupt: flag.default(false) });
const chargersQuery = z.strictObject({
  connected: flag.optional(),
  prefix: z.string().default(''),
  limit: limit.default(1000),
});
const callsQuery = z.strictObject({ action: z.string().optional(), limit: limit.default(500) });
const transactionsQuery = z.strictObject({
  identity: z.string().optional(),
  active: flag.optional(),
  limit: limit.default(1000),
});
type Answered = Extract<CallOutcome, { kind: 'answered' }>;
type Failed = Exclude<CallOutcome, Answered>;
type Called = { identity: string; action: string; request: unknown };

/** One problem per way a call can fail. */
const problemOf: { [K in Failed['kind']]: (outcome: Extract<Failed, { kind: K }>, called: Called) => Problem } = {
  badRequest: ({ detail, errors }, { action }) =>
    new Problem(400, `The payload is no ${action} request: ${detail}. \`?validate=false\` sends it all the same.`, {
      errors,
    }),
  callError: ({ code, description, details, durationMs }, { identity, action, request }) =>
    new Problem(422, `${identity} answered ${action} with CALLERROR ${code}${description && `: ${description}`}`, {
      ...{ code, description, details, request, durationMs },
    }),
  badResponse: ({ response, errors, durationMs }, { identity, action, request }) =>
    new Problem(502, `${identity} answered ${action} outside its schema.`, { errors, request, response, durationMs }),
  connectionLost: (_, { identity, action, request }) =>
    new Problem(502, `${identity} disconnected before it answered ${action}.`, { request }),
  timeout: (_, { identity, action, request }) =>
    new Problem(504, `${identity} did not answer ${action} in time; \`timeoutSeconds\` allows up to 200.`, { request }),
};

function failure(outcome: Failed, called: Called): Problem {
  const describe = problemOf[outcome.kind] as (outcome: Failed, called: Called) => Problem;
  return describe(outcome, called);
}

/** @throws Problem 400 for what the CSMS does not send in this version */
function checkAction(version: CsmsVersion | undefined, action: string): void {
  if (version === undefined || version.actions.includes(action)) return;
  const known = version.actions.join(', ');
  throw new Problem(
    400,
    `A CSMS sends no ${action} in ${version.subprotocol}, but: ${known}. \`?validate=false\` sends it all the same.`,
    {
      errors: [{ path: 'action', message: `must be one of ${known}` }],
    },
  );
}

export interface HttpContext {
  ledger: Ledger;
  connections: Connections;
  versions: readonly CsmsVersion[];
  /** Only this machine may ask, and no page from elsewhere through a browser here: there is no key. */
  onlyFromHere: boolean;
  log(line: object): void;
}

/** The HTTP face; mounted on the server whose upgrades go to `connections`. */
export function createHttpApp(context: HttpContext): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    if (error instanceof Problem) return problemResponse(error);
    context.log({ event: 'failed', path: c.req.path, error: error.message });
    return problemResponse(new Problem(500, 'The demo CSMS failed; its log says why.'));
  });
  app.notFound((c) =>
    problemResponse(new Problem(404, `There is no ${c.req.method} ${c.req.path}; GET / lists what there is.`)),
  );
  // The web platform of this machine may command it, too: it is another origin by its port.
  app.use(cors({ origin: (origin) => (isForeignOrigin(origin) ? null : origin) }));
  if (context.onlyFromHere) app.use(refuseOthers);
  app.get('/', (c) => c.html(page));
  addChargerRoutes(app, context);
  addCommandRoutes(app, context);
  addSettingRoutes(app, context.ledger);
  return app;
}

const refuseOthers: MiddlewareHandler = async ({ req }, next) => {
  const why = whyNotFromHere({ host: req.header('host'), origin: req.header('origin') });
  if (why !== undefined) throw new Problem(403, `The demo CSMS listens on loopback: ${why}.`);
  await next();
};

function chargerOf(ledger: Ledger, identity: string): ChargerEntry {
  const charger = ledger.chargers.get(identity);
  if (charger === undefined)
    throw new Problem(404, `No charger ${identity} has connected; GET /api/chargers lists those that have.`);
  return charger;
}

function sessionOf(connections: Connections, identity: string): Session {
  const session = connections.session(identity);
  if (session === undefined) throw new Problem(404, `${identity} is not connected.`);
  return session;
}

function addChargerRoutes(app: Hono, { ledger, connections }: HttpContext): void {
  app.get('/api/health', (c) =>
    c.json({
      status: 'ok',
      chargers: { known: ledger.chargers.size, connected: connections.count() },
      transactions: { known: ledger.transactions.size, active: runningTransactions(ledger) },
    }),
  );
  app.get('/api/chargers', (c) => {
    const query = checked(chargersQuery, c.req.query(), 'query');
    const found = [...ledger.chargers.values()].filter(
      ({ identity, connectedSince }) =>
        identity.startsWith(query.prefix) &&
        (query.connected === undefined || query.connected === (connectedSince !== undefined)),
    );
    return c.json({ total: found.length, chargers: found.slice(0, query.limit).map(summaryView) });
  });
  app.get('/api/chargers/:identity', (c) => c.json(chargerView(ledger, chargerOf(ledger, c.req.param('identity')))));
  app.get('/api/chargers/:identity/calls', (c) => {
    const query = checked(callsQuery, c.req.query(), 'query');
    const { calls } = chargerOf(ledger, c.req.param('identity'));
    const found = calls.filter(({ action }) => query.action === undefined || action === query.action);
    return c.json({ calls: found.slice(-query.limit).reverse().map(callView) });
  });
  app.get('/api/transactions', (c) => {
    const query = checked(transactionsQuery, c.req.query(), 'query');
    const found = [...ledger.transactions.values()].filter(
      ({ identity, stop }) =>
        (query.identity === undefined || identity === query.identity) &&
        (query.active === undefined || query.active === (stop === undefined)),
    );
    return c.json({ total: found.length, transactions: found.slice(-query.limit).reverse().map(transactionView) });
  });
}

function addCommandRoutes(app: Hono, { ledger, connections, versions }: HttpContext): void {
  app.post('/api/chargers/:identity/calls/:action', async (c) => {
    const { identity, action } = c.req.param();
    const { validate, timeoutSeconds } = checked(callQuery, c.req.query(), 'query');
    const payload = (await jsonBody(c.req.raw)) ?? {};
    const session = sessionOf(connections, identity);
    const protocol = ledger.chargers.get(identity)?.protocol;
    if (validate)
      checkAction(
        versions.find(({ subprotocol }) => subprotocol === protocol),
        action,
      );
    const outcome = await session.call(action, payload, { validate, timeoutMs: timeoutSeconds * 1000 });
    const request = redact(action, payload);
    if (outcome.kind !== 'answered') throw failure(outcome, { identity, action, request });
    return c.json({ request, response: outcome.response, durationMs: outcome.durationMs });
  });
  app.delete('/api/chargers/:identity/connection', async (c) => {
    const { abrupt } = checked(disconnectQuery, c.req.query(), 'query');
    await sessionOf(connections, c.req.param('identity')).end({ abrupt });
    return c.body(null, 204);
  });
}
