// Who may ask a server that listens on loopback and wants no key: only this machine, and no page from elsewhere in a browser here.
// Pure, and nothing of any host: the local host and the demo CSMS both ask it.

/** Is this a name of this very machine? */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Does a browser ask for a page from elsewhere? `null`, of sandboxed pages and files, is elsewhere; programs send no Origin. */
export function isForeignOrigin(origin: string | undefined): boolean {
  return origin !== undefined && !namesLoopback(origin);
}

/**
 * Why a request may not be answered, from its headers Host and Origin; nothing when it may. A page from elsewhere comes by a name that it
 * rebinds to loopback, or by a request across origins.
 */
export function whyNotFromHere({
  host = '',
  origin,
}: {
  host?: string | undefined;
  origin?: string | undefined;
}): string | undefined {
  if (!namesLoopback(`http://${host}`)) return `the Host must be a loopback name, not ${host}`;
  return isForeignOrigin(origin) ? `pages of ${origin} may not ask` : undefined;
}

function namesLoopback(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}
