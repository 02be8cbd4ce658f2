import { DEFAULTS } from './clerk-settings.js';
import type { Problems } from './problems.js';
import type { InstanceKind } from './publishable-key.js';
import { readText } from './read-value.js';

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Where the Backend API is, without a trailing slash. */
export function readApiUrl(
  value: unknown,
  instanceKind: InstanceKind | undefined,
  problems: Problems,
): string {
  const name = 'apiUrl (CLERK_API_URL)';
  const text = readText(name, value, problems);
  if (text === undefined) return DEFAULTS.apiUrl;
  const url = parsePlainUrl(text);
  if (url === undefined) {
    problems.note(`${name} must be a plain http or https URL such as ${DEFAULTS.apiUrl}.`);
    return DEFAULTS.apiUrl;
  }
  if (/\/v\d+\/?$/.test(url.pathname)) {
    problems.note(`${name} must not end in the version: move that to apiVersion.`);
  }
  // A live secret key in clear text on a network is a key given away.
  if (url.protocol === 'http:' && instanceKind === 'live' && !LOOPBACK.test(url.hostname)) {
    problems.note(`${name} would send a live secret key over plain http: use https.`);
  }
  return url.href.replace(/\/+$/, '');
}

/** A URL that more path can be put behind. */
function parsePlainUrl(text: string): URL | undefined {
  const url = parseHttpUrl(text);
  return `${url?.username ?? ''}${url?.search ?? ''}${url?.hash ?? ''}` === '' ? url : undefined;
}

/** The version segment of the Backend API's paths. */
export function readApiVersion(value: unknown, problems: Problems): string {
  const name = 'apiVersion (CLERK_API_VERSION)';
  const version = readText(name, value, problems) ?? DEFAULTS.apiVersion;
  if (/^v\d+$/.test(version)) return version;
  problems.note(`${name} must be v and a number, such as v1 (dates are chosen by this package).`);
  return DEFAULTS.apiVersion;
}

/** An http or https URL, or nothing. */
export function parseHttpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
