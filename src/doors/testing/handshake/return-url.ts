import { isLoopback } from '../http/loopback.js';
import { clerkError } from '../http/reply.js';
import type { Answer } from '../http/reply.js';

/** A page of this machine, to which a browser may be sent back. */
export interface ReturnUrl {
  /** As it was written. */
  readonly href: string;
  readonly origin: string;
}

/** `undefined` for what is no page of this machine: whoever signs in here is handed out to nobody else. */
export function readReturnUrl(text: string | null): ReturnUrl | undefined {
  if (text === null || !URL.canParse(text)) return undefined;
  const { protocol, hostname, origin, href } = new URL(text);
  const isPage = protocol === 'http:' || protocol === 'https:';
  if (!isPage || !isLoopback(hostname)) return undefined;
  // Tabs and line breaks inside are no part of a URL, and none of a header field.
  return { href: /^[!-~]+$/.test(text) ? text : href, origin };
}

export function returnUrlRefused(): Answer {
  const message = 'This Clerk sends browsers back to http and https pages of this machine only';
  return clerkError(400, 'redirect_url_invalid', message);
}

/**
 * The URL with these parameters instead of what it had under these names. As text: a URL that is written anew turns the
 * application's `%20` into `+`.
 */
export function withParameters(url: string, parameters: Readonly<Record<string, string>>): string {
  const [address = '', ...fragment] = url.split('#');
  const [path = '', ...query] = address.split('?');
  const kept = query
    .join('?')
    .split('&')
    .filter((pair) => pair !== '' && !isOneOf(pair, parameters));
  const added = Object.entries(parameters).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  const hash = fragment.length > 0 ? `#${fragment.join('#')}` : '';
  return `${path}?${[...kept, ...added].join('&')}${hash}`;
}

function isOneOf(pair: string, parameters: Readonly<Record<string, string>>): boolean {
  const [name = ''] = new URLSearchParams(pair).keys();
  return Object.hasOwn(parameters, name);
}
