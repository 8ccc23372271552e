// From which of this machine's addresses links dial. One address has some tens of thousands of ports towards one CSMS: more chargers
// than that need more addresses.
import { isIP } from 'node:net';

/** Options for the socket of one link. */
export interface Source {
  localAddress: string;
  family: number;
}

/** Where the next link to that host is to come from; undefined: wherever the operating system likes. */
export type NextSource = (host: string) => Source | undefined;

/** The addresses take turns. Those of loopback are for targets on loopback, the others for all others. */
export function takeTurns(addresses: readonly string[]): NextSource {
  const [inside, outside] = [true, false].map((wanted) => turns(addresses.filter((one) => isLoopback(one) === wanted)));
  return (host) => (isLoopback(host) ? inside : outside)?.();
}

function turns(addresses: readonly string[]): () => Source | undefined {
  let next = 0;
  return () => {
    const localAddress = addresses[next++ % addresses.length];
    return localAddress === undefined ? undefined : { localAddress, family: isIP(localAddress) };
  };
}

function isLoopback(host: string): boolean {
  return /^(127\.|localhost$|\[?::1\]?$)/.test(host);
}
