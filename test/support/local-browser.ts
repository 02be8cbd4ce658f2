import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { Told } from './ask-backend.js';

/** A JSON object of whatever kind. */
export type Loose = Record<string, unknown>;

/** How a browser asks. */
export interface Asking {
  /** Sent as a form, as clerk-js does; with a POST unless `method` says otherwise. */
  readonly fields?: Record<string, string>;
  /** Other than GET and POST it travels in the query, as with clerk-js. */
  readonly method?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

/** Speaks to the Frontend API as clerk-js does, from a page of its own. */
export class LocalBrowser {
  readonly #clerk: Pick<LocalClerk, 'url'>;
  readonly id: string;
  readonly origin: string;

  constructor(clerk: Pick<LocalClerk, 'url'>, id: string, origin = 'http://localhost:3000') {
    this.#clerk = clerk;
    this.id = id;
    this.origin = origin;
  }

  static async open(clerk: Pick<LocalClerk, 'url'>, origin?: string): Promise<LocalBrowser> {
    const response = await fetch(`${clerk.url}/v1/dev_browser`, { method: 'POST' });
    const { id } = (await response.json()) as { id: string };
    return new LocalBrowser(clerk, id, origin);
  }

  async ask(path: string, asking: Asking = {}): Promise<Told> {
    const { fields, method = fields === undefined ? 'GET' : 'POST', query, headers } = asking;
    const search = new URLSearchParams({ __clerk_db_jwt: this.id, ...query });
    if (!['GET', 'POST'].includes(method)) search.set('_method', method);
    const response = await fetch(`${this.#clerk.url}/v1${path}?${search.toString()}`, {
      method: method === 'GET' ? 'GET' : 'POST',
      headers: { origin: this.origin, ...headers },
      ...(fields === undefined ? {} : { body: new URLSearchParams(fields) }),
    });
    const body = (await response.json()) as Loose;
    return { status: response.status, headers: response.headers, body };
  }

  /** What the answer is about. */
  async tell(path: string, asking?: Asking): Promise<Loose> {
    return (await this.ask(path, asking)).body.response as Loose;
  }

  /** @returns the id of the session */
  async signIn(identifier: string, password = 'correct-horse-battery'): Promise<string> {
    const fields = { strategy: 'password', identifier, password };
    const { created_session_id } = await this.tell('/client/sign_ins', { fields });
    return created_session_id as string;
  }

  /** The client, with all its sessions that are not over. */
  async client(): Promise<Loose & { readonly sessions: readonly Loose[] }> {
    return (await this.tell('/client')) as Loose & { sessions: readonly Loose[] };
  }

  async token(sessionId: string, fields: Record<string, string> = {}): Promise<Told> {
    return this.ask(`/client/sessions/${sessionId}/tokens`, { fields });
  }
}

/** What a token says of itself, unverified. */
export function claimsOf({ body }: Pick<Told, 'body'>): Loose {
  const [, claims = ''] = String(body.jwt).split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Loose;
}
