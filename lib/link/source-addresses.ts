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

/** The addresses take turns. Those of loopback are for targets on loopback, the others for all others; IPv6 is for IPv6. */
export function takeTurns(addresses: readonly string[]): NextSource {
  let next = 0;
  return (host) => {
    const fitting = addresses.filter((address) => fits(address, host));
    const localAddress = fitting[next++ % fitting.length];
    return localAddress === undefined ? undefined : { localAddress, family: isIP(localAddress) };
  };
}

/** Of a host that is a name only the family of the source tells which of its addresses is dialled. */
function fits(address: string, host: string): boolean {
  const family = isIP(host.replace(/^\[|\]$/g, ''));
  return isLoopback(address) === isLoopback(host) && (family === 0 || family === isIP(address));
}

function isLoopback(host: string): boolean {
  return /^(127\.|localhost$|\[?::1\]?$)/.test(host);
}
