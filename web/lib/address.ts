// Is this an address that the API can be at? What only asking finds out is `tryOut` of client.ts.
import { plainAddress } from './settings';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What is wrong with it, or nothing. Empty is good: where the page comes from. */
export function wrongAddress(text: string): string {
  const address = plainAddress(text);
  if (address === '') return '';
  if (!/^https?:\/\//i.test(address)) return 'begins with http:// or https://';
  if (!URL.canParse(address)) return 'is not an address, such as http://127.0.0.1:7071';
  const { protocol, hostname, search, hash, username } = new URL(address);
  if (username !== '') return 'has no place for a name and a password: the key goes below';
  if (search !== '' || hash !== '') return 'ends before the ?: the key goes below';
  // The browser would refuse it without a word.
  if (location.protocol === 'https:' && protocol === 'http:' && !loopback.test(hostname)) {
    return 'begins with https://, because this page came by https: browsers let it ask nothing less';
  }
  return '';
}
