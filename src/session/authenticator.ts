import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import { SESSIONS_ONLY, type AcceptedTokens } from '../credentials/token-type.js';
import type { Credential, Presented } from '../credentials/credential.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import { eventually, type Eventually } from '../verification/eventually.js';
import type { SessionClaims } from '../verification/session-claims.js';
import type { RecordAccepted, Rejected, TokenAccepted, Verdict } from '../verification/verdict.js';
import { stillHolds, timeOf, type AnswerLimits } from './answer-lifetime.js';
import type { Authentication } from './authentication.js';
import { callerIn } from './caller-in.js';
import { machineOf } from './machine.js';
import { findAnswer, forgetAnswers, keepAnswer } from './request-slot.js';
import { Session } from './session.js';
import type { Proof } from './standing.js';
import { Standings } from './standings.js';
import { LOOKS, tellLook } from './tell-look.js';

/** The steps before a session: look, verify, and where it is asked for, confirm whether the session is still alive. */
export interface AuthenticationSteps {
  readonly read: (request: IncomingRequest, accepted: AcceptedTokens) => Presented;
  readonly verify: (credential: Credential) => Eventually<Verdict>;
  readonly confirm: (session: Session) => Promise<RecordAccepted | Rejected>;
}

/** How an application wants sessions to be confirmed by Clerk. */
export interface LivePolicy {
  /** Whether every session is, or only those for which a route asks. */
  readonly always: boolean;
  /** Whether a token's word will do while Clerk cannot be asked. */
  readonly fallBackToToken: boolean;
}

type Authenticated = Extract<Authentication, { readonly kind: 'authenticated' }>;

const ANONYMOUS: Authentication = { kind: 'anonymous' };

/** Says who is behind a request, once for each request however many ask. */
export class Authenticator {
  /** The sessions of remembered tokens, which come again with the very same claims. */
  private readonly sessions = new WeakMap<SessionClaims, Session>();

  constructor(
    private readonly steps: AuthenticationSteps,
    private readonly live: LivePolicy,
    private readonly limits: AnswerLimits,
    private readonly standings = new Standings(limits),
  ) {}

  /**
   * Never throws for a caller's doing, nor for an outage: both are outcomes.
   *
   * @param confirmLive whether Clerk must confirm that the session is still active
   * @param accepted which kinds of tokens count
   */
  authenticate(
    request: IncomingRequest,
    confirmLive = false,
    accepted = SESSIONS_ONLY,
  ): Eventually<Authentication> {
    if (request.lasting) return this.ofMessage(request, confirmLive, accepted);
    if (!LOOKS.hasSubscribers) return this.look(request, confirmLive, accepted);
    const before = this.recall(request, accepted);
    return tellLook(request, before, () => this.look(request, confirmLive, accepted));
  }

  private look(
    request: IncomingRequest,
    confirmLive: boolean,
    accepted: AcceptedTokens,
  ): Eventually<Authentication> {
    const known =
      this.recall(request, accepted) ?? this.keep(request, accepted, this.find(request, accepted));
    if (!confirmLive && !this.live.always) return known;
    const confirmed = eventually(known, (authentication) => this.confirm(authentication));
    return confirmed === known ? confirmed : this.keep(request, accepted, confirmed);
  }

  /**
   * Judges a request as it would be with other cookies, by the same rules. Nothing of the answer is kept: whether the
   * request becomes that one is for the asker to say.
   *
   * @param request as it would be
   */
  reconsider(
    request: IncomingRequest,
    confirmLive: boolean,
    accepted: AcceptedTokens,
  ): Eventually<Authentication> {
    return tellLook(request, undefined, () => {
      const found = this.find(request, accepted);
      return confirmLive || this.live.always
        ? eventually(found, (authentication) => this.confirm(authentication))
        : found;
    });
  }

  /** The request has other cookies from now on: what was found out before is forgotten, and this is the answer. */
  restore(
    { carrier }: IncomingRequest,
    accepted: AcceptedTokens,
    authentication: Authentication,
  ): Authentication {
    forgetAnswers(carrier, this);
    return this.settle(carrier, accepted, authentication);
  }

  /** What a request presents, told by its shape alone: nothing is verified, and nobody is asked. */
  peek(request: IncomingRequest, accepted = SESSIONS_ONLY): Presented {
    return this.steps.read(request, accepted);
  }

  /** What Clerk says about one message stands for the further guards of that message, and not for the next. */
  private ofMessage(
    request: IncomingRequest,
    confirmLive: boolean,
    accepted: AcceptedTokens,
  ): Eventually<Authentication> {
    const known = this.onConnection(request, accepted);
    if (!confirmLive && !this.live.always) return known;
    const { message } = request;
    if (message === undefined) return this.confirm(known);
    const answer = findAnswer(message, this, accepted);
    if (answer !== undefined) return answer.authentication;
    const authentication = this.confirm(known);
    keepAnswer(message, { by: this, accepted, authentication, at: 0 });
    return authentication;
  }

  private onConnection({ carrier }: IncomingRequest, accepted: AcceptedTokens): Authentication {
    return this.standings.answerOn(carrier, accepted) ?? ANONYMOUS;
  }

  /** What was found out about the request before, if that still holds. */
  private recall(
    { carrier }: IncomingRequest,
    accepted: AcceptedTokens,
  ): Eventually<Authentication> | undefined {
    const answer = findAnswer(carrier, this, accepted);
    if (answer === undefined || answer.authentication instanceof Promise) {
      return answer?.authentication;
    }
    return stillHolds(answer.authentication, answer, this.limits)
      ? answer.authentication
      : undefined;
  }

  /** Once known, the answer itself takes the promise's place: then it can be read without waiting. */
  private keep(
    { carrier }: IncomingRequest,
    accepted: AcceptedTokens,
    found: Eventually<Authentication>,
  ): Eventually<Authentication> {
    if (!(found instanceof Promise)) return this.settle(carrier, accepted, found);
    const authentication = found.then((known) => this.settle(carrier, accepted, known));
    keepAnswer(carrier, { by: this, accepted, authentication, at: 0 });
    return authentication;
  }

  private settle(
    carrier: object,
    accepted: AcceptedTokens,
    authentication: Authentication,
  ): Authentication {
    const at = timeOf(authentication, this.limits);
    keepAnswer(carrier, { by: this, accepted, authentication, at });
    return authentication;
  }

  private find(request: IncomingRequest, accepted: AcceptedTokens): Eventually<Authentication> {
    const { socket } = request;
    if (socket === undefined) return this.prove(request, accepted);
    const [authorization, ...more] = request.authorization;
    const proof = { authorization, cookie: request.cookie };
    const known = this.provedBefore(socket, proof, accepted);
    if (known !== undefined && more.length === 0) return known;
    return eventually(this.prove(request, accepted), (authentication) => {
      if (callerIn(authentication) !== null) this.standings.letIn(socket, authentication, proof);
      return authentication;
    });
  }

  /** Operations over one socket come with the same proof, until the client opens the connection anew. */
  private provedBefore(
    socket: object,
    { authorization, cookie }: Proof,
    accepted: AcceptedTokens,
  ): Authentication | undefined {
    const proof = this.standings.find(socket)?.proof;
    if (proof?.authorization !== authorization || proof?.cookie !== cookie) return undefined;
    const answer = this.standings.answerOn(socket, accepted);
    return callerIn(answer) === null ? undefined : answer;
  }

  private prove(request: IncomingRequest, accepted: AcceptedTokens): Eventually<Authentication> {
    const presented = this.steps.read(request, accepted);
    if (presented.kind === 'none') return ANONYMOUS;
    if (presented.kind === 'cross_site') return { kind: 'cross_site', code: presented.code };
    if (presented.kind === 'malformed') return { kind: 'rejected', code: presented.code };
    const authentication = eventually(this.steps.verify(presented), (verdict) =>
      this.authenticationOf(verdict),
    );
    return authentication instanceof Promise ? authentication.catch(outage) : authentication;
  }

  private authenticationOf(verdict: Verdict): Authentication {
    switch (verdict.kind) {
      case 'token':
        return {
          kind: 'authenticated',
          session: this.sessionOf(verdict),
          live: verdict.isConfirmed === true,
        };
      case 'record':
        return { kind: 'authenticated', session: Session.fromRecord(verdict.record), live: true };
      case 'machine':
        return { kind: 'machine', machine: machineOf(verdict.machine) };
      case 'rejected':
        return verdict;
    }
  }

  private sessionOf({ claims, remembered }: TokenAccepted): Session {
    if (!remembered) return Session.fromClaims(claims);
    const known = this.sessions.get(claims);
    if (known !== undefined) return known;
    const session = Session.fromClaims(claims);
    this.sessions.set(claims, session);
    return session;
  }

  private confirm(authentication: Authentication): Eventually<Authentication> {
    if (authentication.kind !== 'authenticated' || authentication.live) return authentication;
    return this.askClerk(authentication);
  }

  private async askClerk(authentication: Authenticated): Promise<Authentication> {
    const answer = await this.steps.confirm(authentication.session).catch(outage);
    if (answer.kind === 'rejected') return answer;
    if (answer.kind === 'unavailable' && !this.live.fallBackToToken) return answer;
    return { ...authentication, live: true };
  }
}

function outage(reason: unknown): Extract<Authentication, { readonly kind: 'unavailable' }> {
  if (reason instanceof AuthorityUnavailable) return { kind: 'unavailable', reason };
  throw reason;
}
