// A store whose documents hold no secret in the clear: passwords and private keys of chargers, what file servers are told in URLs, requests
// that wait for another process. They
// are sealed on their way in; whoever needs a charger's secrets unseals them there. How sealing works is in `vault.ts`.

import type { Charger, CsmsSettings } from '../charger/charger';
import type { SecurityState } from '../charger/security';
import { maskUrls } from '../charger/url-secrets';
import type { ChargerRecord, CommandEntry, CommandStore, Store } from '../simulator/ports';
import type { Vault } from './vault';

/** The same store, sealing. One whose vault cannot seal is handed back as it is: such a host takes no private keys. */
export function sealStore(store: Store, vault: Vault): Store {
  if (!vault.canSeal) return store;
  const { chargers, commands } = store;
  const sealed = (record: ChargerRecord) => {
    sealCharger(record.charger, vault);
    return record;
  };
  return {
    ...store,
    chargers: {
      ...chargers,
      create: (record) => chargers.create(sealed(record)),
      createMany: (records) => chargers.createMany(records.map(sealed)),
      replace: (record, etag) => chargers.replace(sealed(record), etag),
    },
    commands: sealCommands(commands, vault),
  };
}

/** Seals what is not yet. The charger itself changes: it is written far more often than it gets a secret. */
export function sealCharger(charger: Charger, vault: Vault): void {
  charger.csms = sealSettings(charger.csms, vault);
  if (charger.security) charger.security = sealSecurity(charger.security, vault);
  for (const holder of locations(charger)) holder.location = sealUrl(holder.location, vault);
}

/** Whatever has the URL of a file in the document. */
function locations({ firmware, uploads, tasks, v201 }: Charger): { location: string }[] {
  const work = Object.values(tasks ?? {}).map(({ task }) => {
    if (task.kind === 'checkSigner') return task.wish;
    return 'location' in task ? task : undefined;
  });
  const all: ({ location: string } | undefined)[] = [
    firmware,
    ...Object.values(uploads ?? {}),
    ...work,
    v201?.publishing,
  ];
  return all.filter((one) => one !== undefined);
}

/** A URL that grants access: by its user info or its query. Others stay readable. */
const sealUrl = (url: string, { seal }: Vault) => (maskUrls(url) === url ? url : seal(url));

/** The same settings, sealed where the vault can. */
export function sealSettings(csms: CsmsSettings, { canSeal, seal }: Vault): CsmsSettings {
  const { basicAuth, tls } = csms;
  if (!canSeal || (!basicAuth && tls?.key === undefined)) return csms;
  return {
    ...csms,
    ...(basicAuth && { basicAuth: { ...basicAuth, password: seal(basicAuth.password) } }),
    ...(tls?.key !== undefined && { tls: { ...tls, key: seal(tls.key) } }),
  };
}

/** Keys that the charger has made. */
function sealSecurity(security: SecurityState, { seal }: Vault): SecurityState {
  const { csr, own, next, trial, v2g } = security;
  if (!csr && !own && !next && !trial?.certificate && !v2g) return security;
  return {
    ...security,
    ...(csr && { csr: { ...csr, key: seal(csr.key) } }),
    ...(own && { own: { ...own, key: seal(own.key) } }),
    ...(next && { next: { ...next, key: seal(next.key) } }),
    ...(trial?.certificate && {
      trial: { ...trial, certificate: { ...trial.certificate, key: seal(trial.certificate.key) } },
    }),
    ...(v2g && {
      v2g: {
        ...(v2g.csr && { csr: { ...v2g.csr, key: seal(v2g.csr.key) } }),
        ...(v2g.own && { own: { ...v2g.own, key: seal(v2g.own.key) } }),
      },
    }),
  };
}

/** Requests to change or create chargers carry their credentials. */
function sealCommands(commands: CommandStore, vault: Vault): CommandStore {
  const sealed = (entry: CommandEntry) => sealEntry(entry, vault);
  const unsealed = (entry: CommandEntry) => unsealEntry(entry, vault);
  return {
    ...commands,
    create: (entry) => commands.create(sealed(entry)),
    put: (entry) => commands.put(sealed(entry)),
    async read(chargerId, id) {
      const entry = await commands.read(chargerId, id);
      return entry && unsealed(entry);
    },
  };
}

function sealEntry(entry: CommandEntry, vault: Vault): CommandEntry {
  const { command, job } = entry;
  const csms = command?.kind === 'updateSettings' ? command.settings.csms : undefined;
  return {
    ...entry,
    ...(command?.kind === 'updateSettings' &&
      csms && { command: { ...command, settings: { ...command.settings, csms: sealSettings(csms, vault) } } }),
    ...(job !== undefined && { job: vault.seal(JSON.stringify(job)) }),
  };
}

function unsealEntry(entry: CommandEntry, { unseal }: Vault): CommandEntry {
  const { job } = entry;
  return typeof job === 'string' ? { ...entry, job: JSON.parse(unseal(job)) } : entry;
}
