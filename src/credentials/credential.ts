import type { CrossSiteCode, UnauthenticatedCode } from '../errors/error-code.js';
import type { SessionTokenText } from './token-shape.js';
import type { MachineTokenType } from './token-type.js';

/** A signed session token: proved without a network call. */
export interface SessionTokenCredential {
  readonly kind: 'session_token';
  readonly token: SessionTokenText;
  /** `__client_uat` beside a cookie, in seconds; 0 means signed out. Headers have none. */
  readonly clientUat: number | undefined;
  /** Whether the token came in a cookie, which the browser sends by itself. */
  readonly fromCookie: boolean;
  /** `_clerk_session_id`: the proved session must bear this id. */
  readonly askedSessionId: string | undefined;
}

/** The opaque client token of Clerk's original protocol: only the Backend API can say what it is worth. */
export interface ClientTokenCredential {
  readonly kind: 'client_token';
  readonly token: string;
  /** `__client_uat` beside it, in seconds; 0 means signed out. */
  readonly clientUat: number | undefined;
  readonly askedSessionId: string | undefined;
}

/** The token of a machine: one that only the Backend API can read, or one that proves itself. */
export type MachineTokenCredential = {
  readonly kind: 'machine_token';
  readonly type: MachineTokenType;
} & (
  | { readonly format: 'opaque'; readonly token: string }
  | { readonly format: 'jwt'; readonly token: SessionTokenText }
);

/** What a caller handed us, told by its shape alone. */
export type Credential = SessionTokenCredential | ClientTokenCredential | MachineTokenCredential;

/** The outcome of looking: a credential, none at all, or something that cannot be one. */
export type Presented =
  | Credential
  | { readonly kind: 'none' }
  /** A cookie that another site's page may have sent. `origin` is that page's text, not to be believed. */
  | {
      readonly kind: 'cross_site';
      readonly code: CrossSiteCode;
      readonly origin: string | undefined;
    }
  | { readonly kind: 'malformed'; readonly code: UnauthenticatedCode };
