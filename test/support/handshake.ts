import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend } from './ask-backend.js';

/** Where a handshake led, and what the browser was given to keep on its way. */
export interface Shaken {
  readonly status: number;
  readonly location: string;
  readonly headers: Headers;
  /** Lines of `Set-Cookie`. */
  readonly cookies: readonly string[];
}

/** What a server says when it sends a browser to the handshake. */
export type HandshakeQuery = Readonly<Record<string, string>>;

/** Goes there as a browser does, and follows nothing. */
export async function shake(
  { url }: Pick<LocalClerk, 'url'>,
  query: HandshakeQuery,
  headers: Record<string, string> = {},
): Promise<Shaken> {
  const search = new URLSearchParams({ format: 'nonce', ...query }).toString();
  return goTo(`${url}/v1/client/handshake?${search}`, { headers });
}

/** Opens an address, and follows nothing. */
export async function goTo(url: string, asking: RequestInit = {}): Promise<Shaken> {
  const response = await fetch(url, { redirect: 'manual', ...asking });
  const { status, headers } = response;
  await response.arrayBuffer();
  const location = headers.get('location') ?? '';
  return { status, location, headers, cookies: headers.getSetCookie() };
}

/** What the server gets for the nonce that came back, in the URL or as a cookie; empty when there is none. */
export async function directivesOf(clerk: LocalClerk, shaken: Shaken): Promise<readonly string[]> {
  const nonce = nonceOf(shaken);
  const { body } = await askBackend(clerk, `/v1/clients/handshake_payload?nonce=${nonce}`);
  return (body.directives ?? []) as readonly string[];
}

export function nonceOf({ location, cookies }: Shaken): string {
  const name = '__clerk_handshake_nonce';
  return new URL(location).searchParams.get(name) ?? valueOf(name, cookies) ?? '';
}

/** The value that lines of `Set-Cookie` give a cookie; empty when they delete it. */
export function valueOf(name: string, lines: readonly string[]): string | undefined {
  const line = lines.findLast((one) => one.startsWith(`${name}=`));
  return line?.slice(name.length + 1).split(';')[0];
}

/** The header that a browser sends once it has kept these lines. */
export function cookieHeader(lines: readonly string[]): string {
  const kept = lines.filter((line) => !line.includes('Max-Age=0'));
  return kept.map((line) => line.split(';')[0]).join('; ');
}
