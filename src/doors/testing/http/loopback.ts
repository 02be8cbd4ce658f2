import { isIPv4 } from 'node:net';

/** Whether a host name or address is this very machine: `localhost`, `127.0.0.0/8`, `::1` with or without brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (isIPv4(name)) return name.startsWith('127.');
  return name === 'localhost' || name === '::1' || name === '[::1]';
}

/**
 * Whether a page from elsewhere asks. Any web page may send requests to a loopback port; its browser says in `Origin` from
 * which page they come. Programs such as curl say nothing.
 */
export function isFromElsewhere({ origin }: { readonly origin?: string | undefined }): boolean {
  return origin !== undefined && !isLoopbackUrl(origin);
}

/** Whether a URL such as an `Origin` header's is of this very machine. */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}
