// A client of the live feed: joins groups, tells their messages, comes back by itself after a break. The protocol is Azure Web PubSub's
// json.webpubsub.azure.v1, of which listening takes four lines; the whole client library would double a page.
import { ApiError, call } from './client';

/** live: told as it happens. waiting: on the way, or on the way back. none: this host has no feed. */
export type FeedState = 'waiting' | 'live' | 'none';

export interface FeedHandlers {
  /** Joined, for the first time or again: read now what may have been missed. */
  onJoined(): void;
  onMessage(data: unknown): void;
  onState(state: FeedState): void;
}

const longestPauseMs = 8_000;

/** Listens to a group, or to several, until the returned function is called. */
export function listen(group: string | readonly string[], handlers: FeedHandlers): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = 500;
  let over = false;

  async function open(): Promise<void> {
    handlers.onState('waiting');
    try {
      const { url, protocol } = await call('negotiateFeed', {
        groups: typeof group === 'string' ? [group] : [...group],
      });
      if (!over) attach(new WebSocket(url, protocol));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) handlers.onState('none');
      else again();
    }
  }

  function attach(opened: WebSocket): void {
    socket = opened;
    opened.onmessage = ({ data }) =>
      receive(JSON.parse(String(data)) as { type: string; event?: string; data?: unknown });
    opened.onclose = again;
  }

  function receive({ type, event, data }: { type: string; event?: string; data?: unknown }): void {
    if (type === 'message') handlers.onMessage(data);
    if (type !== 'system' || event !== 'connected') return;
    pauseMs = 500;
    handlers.onState('live');
    handlers.onJoined();
  }

  function again(): void {
    if (over) return;
    handlers.onState('waiting');
    timer = setTimeout(open, pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }

  void open();
  return () => {
    over = true;
    clearTimeout(timer);
    socket?.close();
  };
}
