import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { BackendAnswer, BackendCall } from './backend-call.js';
import type { BackendClient } from './backend-client.js';
import type { SecretKeyProbe } from './secret-key-probe.js';

/** `Set-Cookie` lines of Clerk's, or the word with which they are refused. */
export type CookieLines =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** Clerk's own code where it gave one. */
  | { readonly kind: 'refused'; readonly code: string };

/** What Clerk wants to know before it makes a new session token out of an expired one. */
export interface RefreshRequest {
  readonly sessionId: string;
  readonly expiredToken: string;
  readonly refreshToken: string;
  /** Of the page that the token is for: what its `azp` will be. */
  readonly origin: string;
  /** Of the request that is to go on; without anything that proves who sent it. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly suffixedCookies: boolean;
}

const UNEXPECTED = 'unexpected-bapi-error';

/** Clerk's codes are words; anything else is not repeated in a URL. */
const CODE = /^[\w-]{1,64}$/;

/** What the Backend API hands out in a handshake. Asked once: a nonce and a refresh token are spent by asking. */
export class HandshakeEndpoints {
  constructor(
    private readonly client: BackendClient,
    private readonly secretKey: SecretKeyProbe,
  ) {}

  /**
   * The cookies behind a nonce.
   *
   * @throws AuthorityUnavailable when Clerk cannot be asked
   */
  payload(nonce: string): Promise<CookieLines> {
    const path = `/clients/handshake_payload?nonce=${encodeURIComponent(nonce)}`;
    return this.ask({ method: 'GET', path, repeatable: false }, 'directives');
  }

  /**
   * The cookies of a session whose token has expired.
   *
   * @throws AuthorityUnavailable when Clerk cannot be asked
   */
  refresh({ sessionId, suffixedCookies, ...asked }: RefreshRequest): Promise<CookieLines> {
    const session = `/sessions/${encodeURIComponent(sessionId)}`;
    const path = `${session}/refresh?suffixed_cookies=${String(suffixedCookies)}`;
    const body = {
      format: 'cookie',
      expired_token: asked.expiredToken,
      refresh_token: asked.refreshToken,
      request_origin: asked.origin,
      request_headers: asked.headers,
    };
    return this.ask({ method: 'POST', path, body, repeatable: false }, 'cookies');
  }

  private async ask(call: BackendCall, field: 'directives' | 'cookies'): Promise<CookieLines> {
    const answer = await this.client.send(call);
    const { status } = answer;
    if (status === 200) return linesIn(answer, field, call);
    // Either what the browser brought or our own key is wrong, and the status alone does not tell which.
    if (status === 401) await this.secretKey.assertAccepted();
    if (status < 400) throw unusable(call, status);
    return { kind: 'refused', code: codeIn(answer.body) };
  }
}

function linesIn(
  { body, status }: BackendAnswer,
  field: 'directives' | 'cookies',
  call: BackendCall,
): CookieLines {
  const lines = (body as Readonly<Record<string, unknown>>)[field];
  if (!Array.isArray(lines) || !lines.every((line) => typeof line === 'string')) {
    throw unusable(call, status);
  }
  return { kind: 'lines', lines };
}

/** The path holds a nonce, which may not be spent yet: it is in no message. */
function unusable({ method, path }: BackendCall, status: number): AuthorityUnavailable {
  const [place = ''] = path.split('?');
  return new AuthorityUnavailable(`${method} ${place}: unexpected status ${String(status)}`);
}

function codeIn(body: unknown): string {
  const { errors } = Object(body) as { readonly errors?: unknown };
  const [first] = Array.isArray(errors) ? (errors as readonly unknown[]) : [];
  const { code } = Object(first) as { readonly code?: unknown };
  return typeof code === 'string' && CODE.test(code) ? code : UNEXPECTED;
}
