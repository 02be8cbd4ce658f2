import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { Credential, Presented } from '../credentials/credential.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import { eventually, type Eventually } from '../verification/eventually.js';
import type { Verdict } from '../verification/verdict.js';
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
    const authentication = eventually(this.steps.verify(presented), authenticationOf);
    return authentication instanceof Promise ? authentication.catch(outage) : authentication;
  }
}

function authenticationOf(verdict: Verdict): Authentication {
  switch (verdict.kind) {
    case 'token':
      return { kind: 'authenticated', session: Session.fromClaims(verdict.claims) };
    case 'record':
      return { kind: 'authenticated', session: Session.fromRecord(verdict.record) };
    case 'rejected':
      return verdict;
  }
}

function outage(reason: unknown): Authentication {
  if (reason instanceof AuthorityUnavailable) return { kind: 'unavailable', reason };
  throw reason;
}
