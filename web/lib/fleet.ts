// The fleet as the table shows it: read page by page, kept up to date by the feed.
import type { ChargerSummary } from '../../lib/charger/views';
import type { ChargerView } from './api-types';
import { ApiError, call } from './client';
import { type FeedState, listen } from './feed';

export type FleetLine = ChargerSummary;

export interface FleetState {
  lines: ReadonlyMap<string, FleetLine>;
  /** Their ids in order: kept, because putting thousands in order takes longer than all else that a change does. */
  ids: readonly string[];
  /** Not all have been read yet. */
  loading: boolean;
  feed: FeedState;
  error?: ApiError;
}

export const emptyFleet: FleetState = { lines: new Map(), ids: [], loading: true, feed: 'waiting' };

interface FleetMessage {
  kind: string;
  chargers: FleetLine[];
  removed: string[];
}

/** Without a feed the list is read again this often. */
const pollMs = 5_000;

export interface FleetWatch {
  read(): FleetState;
  subscribe(listener: () => void): () => void;
  /** Reads all again. */
  refresh(): Promise<void>;
}

/** Watches the fleet while somebody is subscribed. */
export function watchFleet(): FleetWatch {
  let state = emptyFleet;
  let stop: (() => void) | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let reading = 0;
  /** What the feed has said since reading began: newer than what is read. */
  let told = new Map<string, FleetLine | undefined>();
  const listeners = new Set<() => void>();

  function set(change: Partial<FleetState>): void {
    state = { ...state, ...change };
    if (change.lines) state.ids = idsOf(change.lines, state.ids);
    for (const listener of listeners) listener();
  }

  async function refresh(): Promise<void> {
    const mine = ++reading;
    told = new Map();
    try {
      const found = new Map<string, FleetLine>();
      let continuation: string | undefined;
      do {
        const page = await call('listChargers', { limit: 500, ...(continuation ? { continuation } : {}) });
        if (mine !== reading) return;
        for (const charger of page.chargers) found.set(charger.id, lineOf(charger));
        continuation = page.continuation;
        if (state.loading) set({ lines: new Map([...state.lines, ...found]) });
      } while (continuation !== undefined);
      for (const [id, line] of told) put(found, id, line);
      const { error: _, ...rest } = state;
      state = rest;
      set({ lines: found, loading: false });
    } catch (error) {
      if (mine === reading && error instanceof ApiError) set({ error, loading: false });
    }
  }

  function onMessage(data: unknown): void {
    const { kind, chargers, removed } = data as FleetMessage;
    if (kind !== 'fleet') return;
    const lines = new Map(state.lines);
    for (const line of chargers) {
      told.set(line.chargerId, line);
      lines.set(line.chargerId, line);
    }
    for (const id of removed) {
      told.set(id, undefined);
      lines.delete(id);
    }
    set({ lines });
  }

  function onState(feed: FeedState): void {
    clearInterval(poll);
    if (feed === 'none') {
      void refresh();
      poll = setInterval(refresh, pollMs);
    }
    set({ feed });
  }

  function begin(): void {
    void refresh();
    stop = listen('fleet', { onJoined: () => void refresh(), onMessage, onState });
  }

  return {
    read: () => state,
    refresh,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) begin();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        reading += 1;
        stop?.();
        clearInterval(poll);
      };
    },
  };
}

const order = new Intl.Collator('en', { numeric: true });

/** Ids in order, `before` being so already: only those that are new are sorted. */
export function idsOf(lines: ReadonlyMap<string, unknown>, before: readonly string[]): readonly string[] {
  const kept = before.filter((id) => lines.has(id));
  if (kept.length === lines.size) return kept.length === before.length ? before : kept;
  const known = new Set(before);
  const added = [...lines.keys()].filter((id) => !known.has(id)).sort(order.compare);
  const merged: string[] = [];
  for (const id of kept) {
    while (added[0] !== undefined && order.compare(added[0], id) < 0) merged.push(added.shift() ?? '');
    merged.push(id);
  }
  return [...merged, ...added];
}

function put(lines: Map<string, FleetLine>, id: string, line: FleetLine | undefined): void {
  if (line) lines.set(id, line);
  else lines.delete(id);
}

/** A charger's line, from all that is known of it. */
export function lineOf(charger: ChargerView): FleetLine {
  const { id, protocol, connection, power, network, tags, link, registration, status = '' } = charger;
  const connectors = (charger.connectors ?? []).map((connector) => ({
    connectorId: connector.connectorId,
    evseId: connector.evseId ?? connector.connectorId,
    status: connector.status,
    errorCode: connector.errorCode ?? 'NoError',
    charging: connector.transaction !== undefined,
  }));
  const own = { registration: registration.status ?? 'none', status, connectors };
  return { chargerId: id, protocol, connection, power, network, tags, link: link.state, ...own };
}

/** How a charger stands towards its CSMS, in a word. */
export function linkWord({ link, power, network }: FleetLine): string {
  if (power === 'off') return 'power off';
  if (network === 'offline') return 'offline';
  return link === 'up' ? 'connected' : link === 'down' ? 'disconnected' : 'connecting';
}

/** Statuses of the charger and of its connectors. */
export function statusesOf({ status, connectors }: FleetLine): string[] {
  return [status, ...connectors.map((connector) => connector.status)];
}
