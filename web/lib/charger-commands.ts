// What can be done with one charger from the command palette, as it stands now; and how chargers are found by what is typed.
import type { ChargerView } from './api-types';
import { addressOf } from './charger';
import { call } from './client';

export interface Deed {
  label: string;
  words?: string;
  /** Where it leads, or … */
  href?: string;
  /** … what it does, and how that is told when it is done. */
  act?: () => Promise<unknown>;
  done?: string;
}

const defaultToken = 'TAG-1';

export function chargerHref(id: string, more: Record<string, string> = {}): string {
  return `/charger/?${new URLSearchParams({ id, ...more })}`;
}

/** Those that make sense, pages of it first. */
export function deedsOf(charger: ChargerView): Deed[] {
  const { id, power, network, link } = charger;
  const at = { chargerId: id };
  const off = power === 'off';
  const away = network === 'offline';
  return [
    { label: 'Open', href: chargerHref(id), words: 'go to charger' },
    ...connectorDeeds(charger),
    link.state === 'up'
      ? { label: 'Disconnect', act: () => call('disconnect', at), done: 'disconnected' }
      : { label: 'Connect', act: () => call('connect', at), done: 'connected' },
    off
      ? { label: 'Power on', act: () => call('power', { ...at, state: 'on' }), done: 'powered on' }
      : { label: 'Cut power', act: () => call('power', { ...at, state: 'off' }), done: 'without power', words: 'off' },
    away
      ? { label: 'Give the network back', act: () => call('network', { ...at, state: 'online' }), done: 'online' }
      : { label: 'Take the network away', act: () => call('network', { ...at, state: 'offline' }), done: 'offline' },
    { label: 'Send a message', href: chargerHref(id, { tab: 'console' }), words: 'ocpp console' },
    { label: 'Message log', href: chargerHref(id, { tab: 'log' }) },
    { label: 'Transactions', href: chargerHref(id, { tab: 'transactions' }) },
    { label: 'Configuration', href: chargerHref(id, { tab: 'configuration' }), words: 'variables keys settings' },
  ];
}

/** One of each kind that a connector offers: plug in where nothing is, start where nothing runs, stop what runs. */
function connectorDeeds({ id, protocol, connectors = [] }: ChargerView): Deed[] {
  return connectors.flatMap((connector) => {
    const where = { chargerId: id, ...addressOf(protocol, connector) };
    const name = protocol === 'ocpp1.6' ? `connector ${connector.connectorId}` : `EVSE ${connector.evseId}`;
    const { transaction, cable = 'none' } = connector;
    const cableDeed: Deed =
      cable === 'connected'
        ? { label: `Unplug at ${name}`, act: () => call('unplug', where), done: `unplugged at ${name}` }
        : { label: `Plug in at ${name}`, act: () => call('plugIn', where), done: `plugged in at ${name}` };
    const charge: Deed = transaction
      ? {
          label: `Stop charging at ${name}`,
          act: () => call('stopTransaction', { chargerId: id, transactionId: transaction.id }),
          done: `stopped charging at ${name}`,
        }
      : {
          label: `Start charging at ${name}`,
          words: 'transaction session',
          act: () => call('startTransaction', { ...where, idToken: defaultToken }),
          done: `charging at ${name}`,
        };
    return [charge, cableDeed];
  });
}

/** Does every word occur in what it is found by? */
export function isMeant({ label, words = '' }: Deed, query: readonly string[]): boolean {
  const text = `${label} ${words}`.toLowerCase();
  return query.every((word) => text.includes(word));
}

/** Those that are called what was typed, or begin so, come before those in which it only occurs: “connect” is no “connector 1”. */
export function byRank(deeds: readonly Deed[], query: readonly string[]): Deed[] {
  const text = query.join(' ');
  const rank = ({ label }: Deed): number => {
    const own = label.toLowerCase();
    return own === text ? 0 : own.startsWith(text) ? 1 : 2;
  };
  return [...deeds].sort((one, other) => rank(one) - rank(other));
}

const foundAtMost = 8;

/** Chargers whose id begins with one of the words: small questions to the API, however many chargers there are. */
export async function findChargers(words: readonly string[]): Promise<ChargerView[]> {
  const typed = words.flatMap((word) => [word, word.toUpperCase()]);
  const prefixes: (string | undefined)[] = words.length === 0 ? [undefined] : [...new Set(typed)].slice(0, 6);
  const lists = await Promise.all(
    prefixes.map((idPrefix) => call('listChargers', { limit: foundAtMost, ...(idPrefix ? { idPrefix } : {}) })),
  );
  const found = new Map(lists.flatMap(({ chargers }) => chargers).map((charger) => [charger.id, charger]));
  return [...found.values()].slice(0, foundAtMost);
}

/** The words of the query that do not name the charger. */
export function beyondId(id: string, words: readonly string[]): string[] {
  return words.filter((word) => !id.toLowerCase().includes(word.toLowerCase()));
}
