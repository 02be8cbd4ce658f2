import { createHash } from 'node:crypto';

/** Live instances serve real users; test instances are for development. The two never mix. */
export type InstanceKind = 'live' | 'test';

/** What a publishable key says about its Clerk instance. */
export interface PublishableKey {
  /** As it was written. */
  readonly text: string;
  readonly kind: InstanceKind;
  /** Host of the Frontend API, such as `clerk.example.com`. Session tokens bear `https://<host>` as `iss`. */
  readonly frontendApi: string;
  /** Ends the names of this instance's cookies: `__session_<suffix>`. */
  readonly cookieSuffix: string;
}

/** Reads `pk_live_<base64 of host and $>`; `undefined` when it is not of that form. */
export function readPublishableKey(key: string): PublishableKey | undefined {
  const match = /^pk_(live|test)_([A-Za-z0-9+/=_-]+)$/.exec(key);
  if (match === null) return undefined;
  const frontendApi = hostIn(Buffer.from(match[2] ?? '', 'base64').toString('utf8'));
  if (frontendApi === undefined) return undefined;
  const kind = match[1] === 'live' ? 'live' : 'test';
  return { text: key, kind, frontendApi, cookieSuffix: cookieSuffixOf(key) };
}

/** The host before the single closing `$`; a host has a dot and none of the characters that would end it in a URL. */
function hostIn(decoded: string): string | undefined {
  return /^([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?)\$$/.exec(decoded)?.[1];
}

/** First eight characters of the base64url SHA-1 of the key as written, the way Clerk's SDKs name their cookies. */
export function cookieSuffixOf(publishableKey: string): string {
  return createHash('sha1').update(publishableKey).digest('base64url').slice(0, 8);
}
