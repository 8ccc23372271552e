// Which hosts chargers may dial and transfer files with: the setting CSMS_ALLOWED_HOSTS, checked on the URL and again on the
// addresses that a name resolves to. Nothing here opens a connection.
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { isListed, isMetadataHost } from './metadata-addresses';

/** One pattern of the setting. Without `port` it holds for every port. */
export type HostRule = { port?: number } & (
  | { kind: 'any' }
  | { kind: 'name'; name: string; subdomains: boolean }
  | { kind: 'address'; block: BlockList }
);
export type HostRules = readonly HostRule[];

/** Thrown through a socket whose host name resolved to an address that the rules forbid. */
export class ForbiddenHostError extends Error {
  override name = 'ForbiddenHostError';
}

const setting = 'CSMS_ALLOWED_HOSTS';
const wanted = 'expected *.example.com, csms.example.com, 127.0.0.1, 10.0.0.0/8, [::1]:9000 or localhost:9000';
const label = '[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?';
const hostName = new RegExp(`^${label}(\\.${label})*$`);
const defaultPorts: Record<string, number> = { ws: 80, http: 80, wss: 443, https: 443, ftp: 21, ftps: 990, sftp: 22 };

/**
 * Reads CSMS_ALLOWED_HOSTS: comma-separated host names, `*.` names (subdomains only), addresses and CIDR blocks, each with
 * `:port` or without; `*` is any host. Left out or blank, every host is allowed. Cloud metadata addresses never are.
 * @throws Error naming the pattern that cannot be read
 */
export function parseHostRules(text: string | undefined): HostRules {
  if (text === undefined || text.trim() === '') return [{ kind: 'any' }];
  return text.split(',').map((part) => parseRule(part.trim().toLowerCase()));
}

function bad(pattern: string, why: string): Error {
  return new Error(`${setting}: "${pattern}" ${why}; ${wanted}`);
}

function parseRule(pattern: string): HostRule {
  const { host, port } = splitPort(pattern);
  const rule = parseHost(pattern, host);
  if (port === undefined) return rule;
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) throw bad(pattern, 'has a bad port');
  return { ...rule, port: Number(port) };
}

/** An IPv6 address or block has colons of its own: with a port it stands in brackets. */
function splitPort(pattern: string): { host: string; port?: string } {
  const [address = ''] = pattern.split('/');
  if (isIP(address) === 6) return { host: pattern };
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(pattern);
  if (parts === null) return { host: pattern };
  const [, bracketed, plain, port] = parts;
  const host = bracketed ?? plain ?? '';
  return port === undefined ? { host } : { host, port };
}

function parseHost(pattern: string, host: string): HostRule {
  if (host === '*') return { kind: 'any' };
  const [address = '', prefix, ...rest] = host.split('/');
  if (isMetadataHost(address)) throw bad(pattern, 'is a cloud metadata address, which is never allowed');
  const family = isIP(address);
  if (family !== 0 && rest.length === 0)
    return { kind: 'address', block: parseBlock(pattern, address, family, prefix) };
  const subdomains = host.startsWith('*.');
  const name = host.slice(subdomains ? 2 : 0).replace(/\.$/, '');
  // A last label of digits makes it an address that is not one (WHATWG URL, "ends in a number").
  if (!hostName.test(name) || /(^|\.)\d+$/.test(name)) throw bad(pattern, 'is not a host pattern');
  return { kind: 'name', name, subdomains };
}

function parseBlock(pattern: string, address: string, family: number, prefix: string | undefined): BlockList {
  const bits = family === 6 ? 128 : 32;
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)) {
    throw bad(pattern, `needs a prefix length of 0 to ${bits}`);
  }
  const block = new BlockList();
  block.addSubnet(address, prefix === undefined ? bits : Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
  return block;
}

/** Decimal, hexadecimal and octal spellings of an address become the usual one, as every URL parser has it. */
function hostOf(url: URL): string | undefined {
  try {
    return plainHost(new URL(`http://${url.hostname}`).hostname);
  } catch {
    return undefined;
  }
}

function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

/** The port a URL leads to; 0 when neither it nor its scheme says. */
export function portOf(url: URL): number {
  return url.port === '' ? (defaultPorts[url.protocol.slice(0, -1)] ?? 0) : Number(url.port);
}

function holds(rule: HostRule, host: string, port: number): boolean {
  if (rule.port !== undefined && rule.port !== port) return false;
  if (rule.kind === 'any') return true;
  if (rule.kind === 'address') return isListed(rule.block, host);
  return rule.subdomains ? host.endsWith(`.${rule.name}`) : host === rule.name;
}

function mayResolve(rule: HostRule, port: number): boolean {
  return rule.kind === 'address' && (rule.port === undefined || rule.port === port);
}

/**
 * Why a URL may not be dialled, or `undefined` when it may. A name that only an address pattern could allow passes here and
 * is decided by `createLookup`, which must guard the connection in any case. User info never appears in the answer.
 */
export function checkUrl(rules: HostRules, url: URL): string | undefined {
  const host = hostOf(url);
  if (host === undefined || host === '') return 'the URL has no host';
  if (isMetadataHost(host)) return `${host} belongs to the cloud platform (metadata) and is never dialled`;
  const port = portOf(url);
  if (rules.some((rule) => holds(rule, host, port))) return undefined;
  if (isIP(host) === 0 && rules.some((rule) => mayResolve(rule, port))) return undefined;
  return `${setting} does not allow ${host} on port ${port}`;
}

/** Resolves a name to all its addresses. */
export type Resolve = (name: string, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;

const resolveBySystem: Resolve = (name, done) => {
  dnsLookup(name, { all: true }, (error, addresses) => done(error, addresses ?? []));
};

/** Shares one resolution among all who ask for a name at the same time: thousands of chargers dial one CSMS. */
function shareResolve(resolve: Resolve): Resolve {
  const waiting = new Map<string, Parameters<Resolve>[1][]>();
  return (name, done) => {
    const others = waiting.get(name);
    if (others !== undefined) return void others.push(done);
    waiting.set(name, [done]);
    resolve(name, (error, addresses) => {
      const all = waiting.get(name) ?? [];
      waiting.delete(name);
      for (const one of all) one(error, addresses);
    });
  };
}

function permitted(rules: HostRules, name: string, port: number, addresses: LookupAddress[]): LookupAddress[] {
  const host = plainHost(name);
  const metadata = addresses.find(({ address }) => isMetadataHost(address));
  if (metadata !== undefined) {
    throw new ForbiddenHostError(
      `${host} resolves to ${metadata.address}, which belongs to the cloud platform (metadata)`,
    );
  }
  if (rules.some((rule) => holds(rule, host, port))) return addresses;
  const allowed = addresses.filter(({ address }) => rules.some((rule) => holds(rule, address, port)));
  if (allowed.length > 0) return allowed;
  const found = addresses.map(({ address }) => address).join(', ');
  throw new ForbiddenHostError(`${setting} does not allow ${host} (${found}) on port ${port}`);
}

/**
 * Makes the `lookup` of sockets to a port: it resolves, and refuses or drops addresses that the rules forbid, so that a
 * name cannot pass the check and then lead elsewhere (DNS rebinding). The socket dials exactly what was checked here.
 */
export function createLookup(rules: HostRules, resolve: Resolve = resolveBySystem): (port: number) => LookupFunction {
  const shared = shareResolve(resolve);
  return (port) => (name, options, callback) => {
    shared(name, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      try {
        answer(permitted(rules, name, port, ofFamily(addresses, options.family)), options.all, callback);
      } catch (forbidden) {
        callback(forbidden as Error, '', 0);
      }
    });
  };
}

function ofFamily(addresses: LookupAddress[], family: number | string | undefined): LookupAddress[] {
  const wantedFamily = Number(String(family ?? 0).replace('IPv', ''));
  return wantedFamily === 0 ? addresses : addresses.filter((address) => address.family === wantedFamily);
}

function answer(addresses: LookupAddress[], all: boolean | undefined, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses;
  if (first === undefined) callback(Object.assign(new Error('no such address'), { code: 'ENOTFOUND' }), '', 0);
  else if (all) callback(null, addresses);
  else callback(null, first.address, first.family);
}
