// Half-open connections on purpose: sockets that nobody reads from or writes to, kept so that their peers do not hear of an end. Bounded
// in number and time, because each is a file descriptor.
import type { WebSocket } from 'ws';

export interface Freezer {
  /** Keeps the socket open without using it, for some minutes. */
  keep(socket: WebSocket): void;
}

const keepMs = 5 * 60_000;
const most = 1_000;

/** The oldest goes when there are too many. */
export function createFreezer(): Freezer {
  const kept = new Map<WebSocket, NodeJS.Timeout>();

  function release(socket: WebSocket): void {
    clearTimeout(kept.get(socket));
    if (kept.delete(socket)) socket.terminate();
  }

  return {
    keep(socket) {
      kept.set(socket, setTimeout(release, keepMs, socket).unref());
      socket.once('close', () => release(socket));
      const [oldest] = kept.keys();
      if (kept.size > most && oldest) release(oldest);
    },
  };
}
