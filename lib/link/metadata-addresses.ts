// Addresses of cloud metadata and platform services, which no charger may ever dial: they hand out credentials to whoever
// asks from inside. What an operator allows beyond that is in `allow-list.ts`.
import { BlockList, isIP } from 'node:net';

const names = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'instance-data.ec2.internal',
  'metadata.azure.internal',
]);

/** First address, prefix length, whose. */
const ipv4: [string, number, string][] = [
  ['169.254.0.0', 16, 'link-local: instance metadata of every large cloud'],
  ['168.63.129.16', 32, 'Azure platform'],
  ['100.100.100.200', 32, 'Alibaba Cloud metadata'],
  ['192.0.0.192', 32, 'Oracle Cloud metadata'],
];
const ipv6: [string, number, string][] = [
  ['fe80::', 10, 'link-local'],
  ['fd00:ec2::', 32, 'AWS metadata and platform'],
  ['fd20:ce::254', 128, 'Google Cloud metadata'],
];

/** Prefixes (in bits, and as text) below which IPv6 carries an IPv4 address. `BlockList` itself knows `::ffff:a.b.c.d`. */
const carriers: [number, (high: string, low: string) => string][] = [
  [96, (high, low) => `64:ff9b::${high}:${low}`], // NAT64, RFC 6052
  [96, (high, low) => `64:ff9b:1::${high}:${low}`], // local NAT64, RFC 8215
  [96, (high, low) => `::${high}:${low}`], // IPv4-compatible, RFC 4291 §2.5.5.1
  [96, (high, low) => `::ffff:0:${high}:${low}`], // IPv4-translated, RFC 2765
  [16, (high, low) => `2002:${high}:${low}::`], // 6to4, RFC 3056
];

function hexPair(address: string, at: number): string {
  const [high = 0, low = 0] = address
    .split('.')
    .slice(at, at + 2)
    .map(Number);
  return (high * 256 + low).toString(16);
}

function buildBlocks(): BlockList {
  const blocks = new BlockList();
  for (const [address, prefix] of ipv6) blocks.addSubnet(address, prefix, 'ipv6');
  for (const [address, prefix] of ipv4) {
    blocks.addSubnet(address, prefix, 'ipv4');
    for (const [bits, carry] of carriers) {
      blocks.addSubnet(carry(hexPair(address, 0), hexPair(address, 2)), bits + prefix, 'ipv6');
    }
  }
  return blocks;
}

const blocks = buildBlocks();

/** Whether an address is in a list, in whatever spelling `node:net` takes; a zone (`%eth0`) does not matter. */
export function isListed(list: BlockList, address: string): boolean {
  const [bare = ''] = address.split('%');
  const family = isIP(bare);
  return family !== 0 && list.check(bare, family === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a host (lower-case name or address, without brackets) is one of a cloud's own. */
export function isMetadataHost(host: string): boolean {
  return names.has(host) || isListed(blocks, host);
}
