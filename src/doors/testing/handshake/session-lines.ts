import type { ClientRecord } from '../directory/clients.js';
import type { SessionRecord } from '../directory/sessions.js';
import type { Instance } from '../instance.js';
import { pageToken } from '../tokens/page-token.js';
import { cookieLine, traitsFor } from './cookie-line.js';
import type { CookieTraits } from './cookie-line.js';

/** A cookie under its plain and its suffixed name: Clerk's SDKs read either. */
export function bothLines(
  name: string,
  value: string,
  traits: CookieTraits,
  { settings }: Instance,
): string[] {
  return [name, `${name}_${settings.cookieSuffix}`].map((each) => cookieLine(each, value, traits));
}

/** A token of the session for pages of that origin; what was there is deleted when there is no session. */
export function sessionLines(
  session: SessionRecord | undefined,
  origin: string,
  instance: Instance,
): string[] {
  const token = session === undefined ? '' : pageToken(session, origin, instance);
  return bothLines('__session', token, traitsFor(origin), instance);
}

/** Since when things are as they are in the browser, in seconds; 0 when nobody is signed in there. */
export function clientUatLines(
  client: ClientRecord | undefined,
  isSignedIn: boolean,
  traits: CookieTraits,
  instance: Instance,
): string[] {
  const updatedAt = isSignedIn && client !== undefined ? client.updatedAt : 0;
  return bothLines('__client_uat', String(Math.floor(updatedAt / 1000)), traits, instance);
}

/** Production alone has it, and no script ever sees it. */
export function refreshLine(
  session: SessionRecord | undefined,
  origin: string,
  { settings, refreshTokens }: Instance,
): string {
  const token = session === undefined ? '' : refreshTokens.of(session.id);
  const traits = { ...traitsFor(origin), httpOnly: true };
  return cookieLine(`__refresh_${settings.cookieSuffix}`, token, traits);
}
