// One charger as its page shows it: its state, and the frames told since the page was opened.
import type { ChargerView, Frame } from './api-types';
import { ApiError, call } from './client';
import { type FeedState, listen } from './feed';
import { type History, noHistory, recorded } from './history';

export interface ChargerState {
  charger?: ChargerView;
  /** Newest last. */
  frames: readonly Frame[];
  /** How often the feed has left frames out, of a charger that says much at once: the log has them. */
  gaps: number;
  /** Of its connectors, since the page was opened. */
  history: History;
  feed: FeedState;
  error?: ApiError;
}

export const unread: ChargerState = { frames: [], gaps: 0, history: noHistory, feed: 'waiting' };

interface ChargerMessage {
  kind: 'charger' | 'removed';
  charger: ChargerView;
  frames: Frame[];
  skippedFrames?: number;
}

/** Meters turn between frames: with an EV at the charger it is read again this often. */
const readEveryMs = 2_000;
const framesAtMost = 2_000;

export interface ChargerWatch {
  read(): ChargerState;
  subscribe(listener: () => void): () => void;
  refresh(): Promise<void>;
}

/** Watches a charger while somebody is subscribed. */
export function watchCharger(id: string): ChargerWatch {
  let state = unread;
  let stop: (() => void) | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const listeners = new Set<() => void>();

  function set(change: Partial<ChargerState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  function seen(charger: ChargerView, change: Partial<ChargerState>): void {
    set({ ...change, charger, history: recorded(state.history, charger, Date.now()) });
  }

  async function refresh(): Promise<void> {
    try {
      const charger = await call('getCharger', { chargerId: id });
      const { error: _, ...rest } = state;
      state = rest;
      seen(charger, {});
    } catch (error) {
      if (error instanceof ApiError) set({ error });
    }
  }

  function onMessage(data: unknown): void {
    const { kind, charger, frames, skippedFrames = 0 } = data as ChargerMessage;
    const gaps = state.gaps + (skippedFrames > 0 ? 1 : 0);
    if (kind === 'charger') seen(charger, { frames: [...state.frames, ...frames].slice(-framesAtMost), gaps });
    else void refresh();
  }

  function begin(): void {
    void refresh();
    stop = listen(`charger.${id}`, { onJoined: () => void refresh(), onMessage, onState: (feed) => set({ feed }) });
    timer = setInterval(() => {
      const metering = state.charger?.connectors?.some(({ ev }) => ev !== undefined);
      if (!document.hidden && (metering || state.feed === 'none')) void refresh();
    }, readEveryMs);
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
        stop?.();
        clearInterval(timer);
      };
    },
  };
}

/** Where a connector is, in the words of the charger's version. */
export function addressOf(protocol: string, connector: { connectorId: number; evseId?: number | undefined }) {
  const { connectorId, evseId } = connector;
  return protocol === 'ocpp1.6' || evseId === undefined ? { connectorId } : { evseId, connectorId };
}
