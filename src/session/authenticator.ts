import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { Credential, Presented } from '../credentials/credential.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import { deepFreeze } from '../verification/deep-freeze.js';
import { eventually, type Eventually } from '../verification/eventually.js';
import type { SessionClaims } from '../verification/session-claims.js';
import type { TokenAccepted, Verdict } from '../verification/verdict.js';
import type { Authentication } from './authentication.js';
import { fillSlot, readSlot } from './request-slot.js';
import { Session } from './session.js';

/** The two steps before a session: look, and verify. */
export interface AuthenticationSteps {
  readonly read: (request: IncomingRequest) => Presented;
  readonly verify: (credential: Credential) => Eventually<Verdict>;
}

const ANONYMOUS: Authentication = { kind: 'anonymous' };

/** Says who is behind a request, once for each request however many ask. */
export class Authenticator {
  /** The sessions of remembered tokens, which come again with the very same claims. */
  private readonly sessions = new WeakMap<SessionClaims, Session>();

  constructor(private readonly steps: AuthenticationSteps) {}

  /** Never throws for a caller's doing, nor for an outage: both are outcomes. */
  authenticate(request: IncomingRequest): Eventually<Authentication> {
    const known = readSlot(request.carrier, this);
    if (known !== undefined) return known;
    const found = this.find(request);
    if (!(found instanceof Promise)) return fillSlot(request.carrier, this, found);
    // Once known, the answer itself takes the promise's place: then it can be read without waiting.
    const settled = found.then((answer) => fillSlot(request.carrier, this, answer));
    return fillSlot(request.carrier, this, settled);
  }

  private find(request: IncomingRequest): Eventually<Authentication> {
    const presented = this.steps.read(request);
    if (presented.kind === 'none') return ANONYMOUS;
    if (presented.kind === 'malformed') return { kind: 'rejected', code: presented.code };
    const authentication = eventually(this.steps.verify(presented), (verdict) =>
      this.authenticationOf(verdict),
    );
    return authentication instanceof Promise ? authentication.catch(outage) : authentication;
  }

  private authenticationOf(verdict: Verdict): Authentication {
    switch (verdict.kind) {
      case 'token':
        return { kind: 'authenticated', session: this.sessionOf(verdict) };
      case 'record':
        return { kind: 'authenticated', session: Session.fromRecord(verdict.record) };
      case 'rejected':
        return verdict;
    }
  }

  private sessionOf({ claims, remembered }: TokenAccepted): Session {
    if (!remembered) return Session.fromClaims(claims);
    const known = this.sessions.get(claims);
    if (known !== undefined) return known;
    // Requests with the same token share it, so none of them may change it.
    const session = deepFreeze(Session.fromClaims(claims));
    this.sessions.set(claims, session);
    return session;
  }
}

function outage(reason: unknown): Authentication {
  if (reason instanceof AuthorityUnavailable) return { kind: 'unavailable', reason };
  throw reason;
}
