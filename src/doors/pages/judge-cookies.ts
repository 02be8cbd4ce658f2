import type { Visit } from '../../access/page-gate.js';
import type { Authentication } from '../../session/authentication.js';
import { cookieHeaderAfter } from './cookie-header.js';
import { isKept, readSetCookieLine, type SetCookieLine } from './set-cookie-line.js';
import type { Judging } from './visited-page.js';
import { withCookie } from './with-cookie.js';

/** Cookies of Clerk's making, judged before the browser gets them. */
export interface JudgedCookies {
  /** Who the browser will be with them. */
  readonly authentication: Authentication;
  /** The `Cookie` header that it will send. */
  readonly header: string;
  /** The lines that it is to obey. */
  readonly lines: readonly string[];
  /** Whether a session is among them: then it must be somebody's. */
  readonly bringSession: boolean;
}

/** Puts `Set-Cookie` lines into the request as the browser would, and asks the rules what they make of it. */
export async function judgeCookies(
  texts: readonly string[],
  { request, route }: Visit,
  { rules, now }: Judging,
): Promise<JudgedCookies> {
  const time = now();
  const lines = texts.flatMap((text) => readSetCookieLine(text, time) ?? []);
  const header = cookieHeaderAfter(request.cookie ?? '', lines, time);
  const asked = withCookie(request, header);
  const authentication = await rules.reconsider(asked, route.live, route.accepted);
  const bringSession = lines.some((line) => isSession(line) && isKept(line, time));
  return { authentication, header, lines: lines.map(({ text }) => text), bringSession };
}

function isSession({ name, value }: SetCookieLine): boolean {
  return value !== '' && /^__session(?:_|$)/.test(name);
}
