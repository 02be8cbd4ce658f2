import type { Sender } from '../transport/incoming-request.js';

/** Methods that change nothing (RFC 9110 section 9.2.1); any other, also an unknown one, may. */
const SAFE_METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Scheme and authority, as browsers write an origin; longer ones are no host's. */
const ORIGIN = /^(https?:)\/\/([^\s/?#@\\]{1,300})$/i;

/**
 * Whether a page of another site may have sent this request, with cookies that their owner knows nothing of. Only
 * browsers send cookies by themselves, and no page can write `Origin` or `Sec-Fetch-Site`. What `azp` says is where the
 * token was obtained, not who sends this request.
 *
 * @param trusted origins whose pages may
 */
export function isCrossSite(sender: Sender, trusted: readonly string[]): boolean {
  if (SAFE_METHODS.has(sender.method) && !opensWebSocket(sender)) return false;
  const fetchSite = sender.header('sec-fetch-site');
  if (fetchSite === 'same-origin' || fetchSite === 'none') return false;
  const origin = sender.header('origin');
  if (origin !== undefined && trusted.includes(origin)) return false;
  if (fetchSite !== undefined) return true;
  return origin !== undefined && !isOwnHost(origin, sender);
}

/**
 * Whether a page of this origin may open a socket with the cookies of whoever looks at it. No `Origin`, no browser; the
 * page's own host may whatever the scheme, since a proxy may have taken off TLS.
 *
 * @param allowed origins that may as well, as browsers write them
 */
export function mayOpenConnection(sender: Sender, allowed: readonly string[]): boolean {
  const origin = sender.header('origin');
  return origin === undefined || allowed.includes(origin) || isOwnHost(origin, sender);
}

/** A GET that no browser's same-origin policy holds back, and behind which anything may be asked. */
function opensWebSocket({ header }: Sender): boolean {
  return header('upgrade')?.toLowerCase() === 'websocket';
}

/** A proxy that rewrites `Host` makes every origin a foreign one: then the public one must be trusted by name. */
function isOwnHost(origin: string, { header }: Sender): boolean {
  const [, scheme = '', authority] = ORIGIN.exec(origin) ?? [];
  // Over HTTP/2 there need be no Host.
  const host = header(':authority') ?? header('host');
  if (authority === undefined || host === undefined) return false;
  return hostIn(scheme, authority) === hostIn(scheme, host);
}

/** Small letters, without the scheme's own port; what is no host stays a value of its own, which equals no other. */
function hostIn(scheme: string, authority: string): string | symbol {
  const written = `${scheme}//${authority}`;
  return ORIGIN.test(written) && URL.canParse(written) ? new URL(written).host : Symbol(authority);
}
