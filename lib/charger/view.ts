// A charger as people and programs see it through the API. Reading only; secrets stay out.
import { showBehaviour } from './behaviour';
import type { Charger } from './charger';
import { dialectOf } from './dialects';
import { viewNetworkFaults } from './network-faults';
import { ownTime } from './pace';
import { registrationStatus, viewRegistration } from './registration';
import { viewSecurity } from './security-view';
import { bootInfoOf, specsOf } from './specs';
import { viewTasks } from './tasks';
import { viewTransfers } from './transfer-view';
import type { ChargerSummary, ConfigurationEntry, ScheduleWish, TransactionView } from './views';
import { countViolations } from './violations';

export type { ChargerSummary, ConfigurationEntry, TransactionView };

/** The whole charger at `now`. Passwords and private keys are left out; that they are set is said. */
export function viewCharger(charger: Charger, now: number): Record<string, unknown> {
  const { csms, link } = charger;
  return {
    id: charger.id,
    identity: charger.identity,
    protocol: charger.protocol,
    csms: viewCsms(csms),
    model: charger.model,
    boot: bootInfoOf(charger),
    evses: specsOf(charger),
    connection: charger.connection,
    power: charger.power,
    network: charger.network,
    tags: charger.tags,
    seed: charger.seed,
    createdAt: new Date(charger.createdAt).toISOString(),
    link: {
      state: link.state,
      ...(link.stayDown ? { disconnectedOnRequest: true } : {}),
      ...(link.lastDown ? { lastDown: { ...link.lastDown, at: new Date(link.lastDown.at).toISOString() } } : {}),
    },
    registration: viewRegistration(charger),
    ...dialectOf(charger).view.charger(charger, ownTime(charger, now)),
    security: viewSecurity(charger),
    faults: charger.faults.map((fault) => ({ ...fault, at: new Date(fault.at).toISOString() })),
    ...(charger.violations ? { violationsRecorded: countViolations(charger) } : {}),
    ...(charger.networkFaults ? { networkFaults: viewNetworkFaults(charger.networkFaults) } : {}),
    ...showBehaviour(charger),
    ...viewTransfers(charger),
    ...(charger.tasks ? { tasks: viewTasks(charger) } : {}),
    queuedMessages: charger.calls.queue.length + (charger.calls.inFlight ? 1 : 0),
  };
}

function viewCsms(csms: Charger['csms']): Record<string, unknown> {
  const { url, securityProfile, basicAuth, tls } = csms;
  return {
    url: url.replace(/\/\/[^/@]*@/, '//***@'),
    ...(securityProfile === undefined ? {} : { securityProfile }),
    ...(basicAuth ? { basicAuth: { username: basicAuth.username, passwordSet: true } } : {}),
    ...(tls ? { tls: viewTls(tls) } : {}),
  };
}

function viewTls(tls: NonNullable<Charger['csms']['tls']>): Record<string, unknown> {
  const { ca, certificate, key, verifyHostname } = tls;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { keySet: true }),
    ...(verifyHostname === undefined ? {} : { verifyHostname }),
  };
}

/** Running transactions and the last ended ones, oldest first. */
export function listTransactions(charger: Charger, now: number): TransactionView[] {
  return dialectOf(charger).view.transactions(charger, ownTime(charger, now));
}

/** By our id or by the CSMS's. */
export function findTransaction(charger: Charger, id: string, now: number): TransactionView | undefined {
  return dialectOf(charger).view.transaction(charger, id, ownTime(charger, now));
}

/** Charging profiles that the CSMS has installed, and what limits each connector now. */
export function listChargingProfiles(charger: Charger, now: number): Record<string, unknown> {
  return dialectOf(charger).view.chargingProfiles(charger, ownTime(charger, now));
}

/** The composite schedule of a connector or EVSE from now on, with what each profile says by itself; text: why there is none. */
export function viewSchedule(charger: Charger, wish: ScheduleWish, now: number): Record<string, unknown> | string {
  return dialectOf(charger).view.schedule(charger, wish, ownTime(charger, now));
}

/** The local authorization list: its version, and what it says of each token. */
export function viewLocalList(charger: Charger): Record<string, unknown> {
  return dialectOf(charger).view.localList(charger);
}

/** All that can be configured, with its value. */
export function listConfiguration(charger: Charger): ConfigurationEntry[] {
  return dialectOf(charger).view.configuration(charger);
}

/** What a list of thousands shows of the charger: nothing that changes while it only meters. */
export function summarize(charger: Charger): ChargerSummary {
  const { id, protocol, connection, power, network, tags, link } = charger;
  const registration = registrationStatus(charger);
  const own = dialectOf(charger).view.summary(charger);
  return { chargerId: id, protocol, connection, power, network, tags, link: link.state, registration, ...own };
}

/** Words to filter chargers by: link, power, registration, statuses of the charger and its connectors. */
export function statuses(charger: Charger): string[] {
  const link = charger.link.state === 'up' ? 'connected' : 'disconnected';
  const { status, connectors } = dialectOf(charger).view.summary(charger);
  const own = [status, ...connectors.map((connector) => connector.status), registrationStatus(charger)];
  return [...new Set([link, charger.power, charger.network, ...own])];
}
