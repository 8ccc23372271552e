// A client of the live feed: joins groups, tells their messages, comes back by itself after a break. The protocol is Azure Web PubSub's
// json.webpubsub.azure.v1, of which listening takes four lines; the whole client library would double a page.
import { ApiError, call } from './client';
import { onReturn } from './connection';
import { apiSettings } from './settings';

/** live: told as it happens. waiting: on the way, or on the way back. none: this host has no feed, or it cannot be reached: ask instead. */
export type FeedState = 'waiting' | 'live' | 'none';

export interface FeedHandlers {
  /** Joined, for the first time or again: read now what may have been missed. */
  onJoined(): void;
  onMessage(data: unknown): void;
  onState(state: FeedState): void;
}

const longestPauseMs = 8_000;
/** A WebSocket that never opens (a proxy in between, say) while the API answers: after as many, pages ask instead. */
const hopelessAfter = 3;
/** Silence that long is broken by a ping, and if nothing comes back in as long again the connection is a dead one. */
const silenceMs = 20_000;

interface FeedMessage {
  type: string;
  event?: string;
  data?: unknown;
}

/** Listens to a group, or to several, until the returned function is called. */
export function listen(group: string | readonly string[], handlers: FeedHandlers): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let listening: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = 500;
  let failures = 0;
  let over = false;
  let told: FeedState | undefined;

  function tell(state: FeedState): void {
    if (over || state === told) return;
    told = state;
    handlers.onState(state);
  }

  async function open(): Promise<void> {
    timer = undefined;
    tell(failures >= hopelessAfter ? 'none' : 'waiting');
    try {
      const { url, protocol } = await call('negotiateFeed', {
        groups: typeof group === 'string' ? [group] : [...group],
      });
      if (!over) attach(new WebSocket(asSafe(url), protocol));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) tell('none');
      else again();
    }
  }

  function attach(opened: WebSocket): void {
    socket = opened;
    failures += 1;
    opened.onmessage = ({ data }) => {
      heard();
      receive(JSON.parse(String(data)) as FeedMessage);
    };
    opened.onclose = () => {
      if (socket === opened) again();
    };
  }

  /** It lives; unless nothing more is heard of it. */
  function heard(): void {
    clearTimeout(listening);
    listening = setTimeout(() => {
      socket?.send('{"type":"ping"}');
      listening = setTimeout(drop, silenceMs);
    }, silenceMs);
  }

  /** Does not wait for a close that may take minutes to be noticed. */
  function drop(): void {
    const dead = socket;
    socket = undefined;
    dead?.close();
    again();
  }

  function receive({ type, event, data }: FeedMessage): void {
    if (type === 'message') handlers.onMessage(data);
    if (type !== 'system' || event !== 'connected') return;
    pauseMs = 500;
    failures = 0;
    tell('live');
    handlers.onJoined();
  }

  function again(): void {
    clearTimeout(listening);
    if (over || timer !== undefined) return;
    tell(failures >= hopelessAfter ? 'none' : 'waiting');
    timer = setTimeout(open, pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }

  const forgetReturn = onReturn(() => {
    if (timer === undefined) return;
    clearTimeout(timer);
    pauseMs = 500;
    void open();
  });
  void open();
  return () => {
    over = true;
    forgetReturn();
    clearTimeout(timer);
    clearTimeout(listening);
    socket?.close();
  };
}

/** A host behind something that speaks TLS for it does not know that: a page that came by https must not ask for less. */
function asSafe(url: string): string {
  const api = new URL(apiSettings().url || location.href, location.href);
  const feed = new URL(url);
  return api.protocol === 'https:' && feed.protocol === 'ws:' && feed.hostname === api.hostname
    ? url.replace(/^ws:/, 'wss:').replace(feed.host, api.host)
    : url;
}
