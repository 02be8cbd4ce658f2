import { DEFAULTS } from './clerk-settings.js';
import type { OptionReader } from './option-reader.js';
import type { InstanceKind } from './publishable-key.js';

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Where the Backend API is, without a trailing slash. */
export function readApiUrl(options: OptionReader, instanceKind: InstanceKind | undefined): string {
  const text = options.text('apiUrl');
  if (text === undefined) return DEFAULTS.apiUrl;
  const url = parsePlainUrl(text);
  if (url === undefined) {
    options.note('apiUrl', `must be a plain http or https URL such as ${DEFAULTS.apiUrl}.`);
    return DEFAULTS.apiUrl;
  }
  if (/\/v\d+\/?$/.test(url.pathname)) {
    options.note('apiUrl', 'must not end in the version: move that to apiVersion.');
  }
  // A live secret key in clear text on a network is a key given away.
  if (url.protocol === 'http:' && instanceKind === 'live' && !isLoopback(url.hostname)) {
    options.note('apiUrl', 'would send a live secret key over plain http: use https.');
  }
  return url.href.replace(/\/+$/, '');
}

/** A URL that more path can be put behind: no user, no query, no fragment, not even empty ones. */
export function parsePlainUrl(text: string): URL | undefined {
  return /[?#@]/.test(text) ? undefined : parseHttpUrl(text);
}

/** The version segment of the Backend API's paths. */
export function readApiVersion(options: OptionReader): string {
  const version = options.text('apiVersion') ?? DEFAULTS.apiVersion;
  if (/^v\d+$/.test(version)) return version;
  options.note(
    'apiVersion',
    'must be v and a number, such as v1 (dates are chosen by this package).',
  );
  return DEFAULTS.apiVersion;
}

/** Whether a host name can only mean this machine. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** An http or https URL, or nothing. */
export function parseHttpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
