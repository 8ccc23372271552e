// What the operating system lets one process have: file descriptors, and local ports to connect from.
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Descriptors that a process of ours has open besides its connections. */
const others = 100;

/** How many connections one process may have open, by `ulimit -n`. */
export function connectionsMost(): number {
  const text = execSync('ulimit -n', { encoding: 'utf8', shell: '/bin/sh' }).trim();
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text) - others;
}

/** What to say of a number of chargers that the limit does not allow; undefined: it does. */
export function descriptorProblem(chargers: number, most: number): string | undefined {
  if (chargers <= most) return undefined;
  return (
    `${chargers} chargers need ${chargers + others} file descriptors in one process and ulimit -n allows ${most + others}: ` +
    `measured with ${most} instead; raise it (ulimit -n ${chargers + others}, or LimitNOFILE= of the service) to have all`
  );
}

/** Local ports that connections of one address to one server can have: of Linux as it is set, elsewhere what is usual. */
function portsPerAddress(): number {
  try {
    const [first = 0, last = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .split(/\s+/)
      .map(Number);
    return last - first + 1;
  } catch {
    return 16_384;
  }
}

/** Loopback addresses for so many connections, as SOURCE_ADDRESSES takes them; undefined: the usual one will do. */
export function sourceAddresses(chargers: number, perAddress = portsPerAddress()): string | undefined {
  // Ports that linger after the run before are not free yet.
  const count = Math.ceil((2 * chargers) / perAddress);
  return count < 2 ? undefined : Array.from({ length: count }, (_, at) => `127.0.0.${at + 1}`).join(',');
}
