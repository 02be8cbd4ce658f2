import { isLoopbackUrl } from '../http/loopback.js';
import type { Asked } from '../http/asked.js';
import { redirect } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { returnUrlRefused, withParameters } from '../handshake/return-url.js';
import type { Instance } from '../instance.js';
import { clientCookie } from './client-cookies.js';
import { clientOf } from './client-of.js';
import { browserOf, isClientKnown } from './visit.js';

/** Bears word of the browser's client from one name of this Clerk to another; good once, for a minute. */
const TICKET = '__local_clerk_ticket';

/** As the browser sends it and as it is to keep it. */
export interface SyncedClient {
  readonly asked: Asked;
  readonly cookies: readonly string[];
}

/**
 * In production a satellite has a Frontend API on its own domain, which cannot see the cookies of the primary's. Here that
 * is this Clerk under another name, such as `localhost` beside `127.0.0.1`: it asks at the first name, through the browser,
 * which client this is. How Clerk does that is not published.
 *
 * @returns the way to the first name; `undefined` where there is no need to ask
 */
export function wayToPrimary(asked: Asked, instance: Instance): Answer | undefined {
  const { host = '', origin } =
    instance.settings.instanceType === 'production' ? placeOf(asked) : {};
  const first = nameOf(instance);
  if (origin === undefined || host === first) return undefined;
  const isBack = new URLSearchParams(asked.query).has(TICKET);
  if (isBack || isClientKnown(asked, instance)) return undefined;
  const primary = origin.replace(host, first);
  const back = `${origin}${asked.path}?${asked.query}`;
  return redirect(307, withParameters(`${primary}/v1/client/sync`, { redirect_url: back }), []);
}

/** At the first name: back to the other one, with a ticket. Nowhere else: whoever has it is in this client. */
export function answerSync(asked: Asked, instance: Instance): Answer {
  const back = new URLSearchParams(asked.query).get('redirect_url') ?? '';
  if (!isHandshakeHere(back, asked)) return returnUrlRefused();
  const visit = { instance, browser: browserOf(asked, instance), origin: undefined };
  const client = clientOf({ ...visit, query: new URLSearchParams() });
  const ticket = instance.tickets.keep([clientCookie(client)]);
  return redirect(307, withParameters(back, { [TICKET]: ticket }), []);
}

/** Back at the other name: as if the browser had brought the cookie, which it will from now on. */
export function withTicket(asked: Asked, instance: Instance): SyncedClient {
  const ticket = new URLSearchParams(asked.query).get(TICKET);
  const cookies = ticket === null ? [] : (instance.tickets.spend(ticket) ?? []);
  if (cookies.length === 0) return { asked, cookies };
  const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
  return { asked: { ...asked, headers: { ...asked.headers, cookie } }, cookies };
}

/** As URLs write it. */
function nameOf({ settings: { host } }: Instance): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Where the browser reached this Clerk by itself; nothing where somebody stands between them and hands on its `Host`. */
function placeOf({ headers, port }: Asked): { host?: string; origin?: string } {
  const url = new URL(`http://${headers.host ?? ''}`);
  return Number(url.port) === port ? { host: url.hostname, origin: url.origin } : {};
}

function isHandshakeHere(text: string, { port }: Asked): boolean {
  if (!isLoopbackUrl(text)) return false;
  const { protocol, pathname, port: there } = new URL(text);
  return protocol === 'http:' && pathname === '/v1/client/handshake' && Number(there) === port;
}
