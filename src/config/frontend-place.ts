import type { ClerkSettings } from './clerk-settings.js';
import { DEFAULTS } from './clerk-settings.js';
import type { OptionReader } from './option-reader.js';
import type { PublishableKey } from './publishable-key.js';
import { parsePlainUrl } from './read-api-url.js';

/** Where the Frontend API is for the browsers of this application, if not at the key's own host. */
export type FrontendPlace = Pick<ClerkSettings, 'isSatellite' | 'domain' | 'proxyUrl'>;

/** Labels of a host, and a port. One label is enough: in development a satellite may be `localhost:3001`. */
const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/i;

/** One slash and no more: two would be another host. Nothing that ends a path, and no dots that lead out of it. */
const OWN_PATH = /^\/(?:[\w~-][\w.~-]*\/?)+$/;

/** Reads the three options that say so, and holds them against each other. */
export function readFrontendPlace(options: OptionReader): FrontendPlace {
  const isSatellite = options.flag('isSatellite', DEFAULTS.isSatellite);
  const domain = readDomain(options);
  const proxyUrl = readProxyUrl(options);
  const isPlaced = options.value('domain') !== undefined || options.value('proxyUrl') !== undefined;
  if (isSatellite && !isPlaced) {
    options.note('isSatellite', 'is true, so domain (CLERK_DOMAIN) or proxyUrl is needed too.');
  }
  return { isSatellite, domain, proxyUrl };
}

/** What `iss` may say where the options do not: nothing is pinned without a publishable key. */
export function defaultIssuers(
  key: PublishableKey | undefined,
  place: FrontendPlace,
  authorizedParties: readonly string[],
): readonly string[] {
  if (key === undefined) return [];
  const proxied = proxiedIssuers(place.proxyUrl, authorizedParties);
  return [`https://${frontendHostOf(key, place)}`, ...proxied];
}

/** The Frontend API's host without a proxy. Development instances have one for all their domains. */
export function frontendHostOf(
  { kind, frontendApi }: PublishableKey,
  { isSatellite, domain }: FrontendPlace,
): string {
  return isSatellite && kind === 'live' && domain !== undefined ? `clerk.${domain}` : frontendApi;
}

function proxiedIssuers(
  proxyUrl: string | undefined,
  authorizedParties: readonly string[],
): readonly string[] {
  if (proxyUrl === undefined) return [];
  if (!proxyUrl.startsWith('/')) return [proxyUrl];
  return authorizedParties.map((origin) => `${origin}${proxyUrl}`);
}

function readDomain(options: OptionReader): string | undefined {
  const domain = options.text('domain');
  if (domain === undefined || HOST.test(domain)) return domain?.replace(/^clerk\./i, '');
  options.note('domain', 'must be a host such as shop.example, without scheme and path.');
  return undefined;
}

function readProxyUrl(options: OptionReader): string | undefined {
  const written = options.text('proxyUrl');
  if (written === undefined) return undefined;
  const url = OWN_PATH.test(written) ? written : parsePlainUrl(written)?.href;
  if (url !== undefined) return url.replace(/\/+$/, '');
  options.note(
    'proxyUrl',
    'must be a plain URL such as https://app.example.com/__clerk, or a path such as /__clerk.',
  );
  return undefined;
}
