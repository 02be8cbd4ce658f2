import type { HttpService } from '@nestjs/axios';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { BackendClient } from '../backend-api/backend-client.js';
import { HandshakeEndpoints } from '../backend-api/handshake-endpoints.js';
import { KeySetEndpoint } from '../backend-api/key-set-endpoint.js';
import { MachineEndpoints } from '../backend-api/machine-endpoints.js';
import { RemoteKeys } from '../backend-api/remote-keys.js';
import { SecretKeyProbe } from '../backend-api/secret-key-probe.js';
import { SessionEndpoints } from '../backend-api/session-endpoints.js';
import { UserEndpoints } from '../backend-api/user-endpoints.js';
import type { ClerkSettings } from '../config/clerk-settings.js';
import { readCredential, type CredentialReading } from '../credentials/read-credential.js';
import { Confirmations } from '../connections/confirmations.js';
import { Lifelines } from '../connections/lifelines.js';
import type { Timer } from '../connections/timer.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { Vitals } from '../health/vitals.js';
import type { Notice } from '../revocation/notice.js';
import type { RevocationFeed } from '../revocation/revocation-feed.js';
import type { AnswerLimits } from '../session/answer-lifetime.js';
import { Authenticator } from '../session/authenticator.js';
import type { Session } from '../session/session.js';
import { Standings } from '../session/standings.js';
import type { StandIn } from '../session/stand-in.js';
import { SessionLookup } from '../session/session-lookup.js';
import { UserCache } from '../users/user-cache.js';
import type { UserDirectory } from '../users/user-directory.js';
import { UserLookup } from '../users/user-lookup.js';
import { cookieNames } from '../credentials/session-cookies.js';
import { JwsReader } from '../verification/compact-jws.js';
import { eventually, type Eventually } from '../verification/eventually.js';
import { readHandshakeToken } from '../verification/handshake-token.js';
import { givenKeys } from '../verification/key-source.js';
import { verifyLiveSession } from '../verification/live-session.js';
import { outlives } from '../verification/standing-check.js';
import type { MachineAuthority } from '../verification/machine-authority.js';
import type { SessionAuthority } from '../verification/session-authority.js';
import { CoalescedVerdicts } from '../verification/coalesced-verdicts.js';
import { UnknownTokens } from '../verification/unknown-tokens.js';
import type { RecordAccepted, Rejected, Verdict } from '../verification/verdict.js';
import { VerifiedTokens } from '../verification/verified-tokens.js';
import { verifyCredential, type Verification } from '../verification/verify-credential.js';
import { CrossSiteNotice } from './cross-site-notice.js';
import { MisconfigurationNotice } from './misconfiguration-notice.js';
import { revocationFeedOf } from './revocation-feed-of.js';
import { vitalsOf } from './vitals-of.js';

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Both injected, so that a test need not wait. */
export interface Times {
  readonly now: Clock;
  readonly timer: Timer;
}

/** The Backend API as far as the settings reach it. */
interface Backend {
  readonly machines: MachineAuthority;
  readonly authority: SessionAuthority | undefined;
  readonly users: UserDirectory | undefined;
  readonly remoteKeys: RemoteKeys | undefined;
  readonly client: BackendClient;
  readonly probe: SecretKeyProbe;
}

/** What an application that renders pages needs of its instance, to speak the handshake with browsers. */
export interface HandshakeSteps {
  readonly reading: CredentialReading;
  /** `undefined` without a secret key. */
  readonly endpoints: HandshakeEndpoints | undefined;
  /** The `Set-Cookie` lines in a handshake token; `undefined` where it is none of this instance. */
  readonly linesIn: (token: string) => Eventually<readonly string[] | undefined>;
  /** Nonces that are spent, or that Clerk said it does not know. */
  readonly unknown: UnknownTokens;
}

/** The rooms put together for one Clerk instance. Two instances share nothing: no keys, no verdicts. */
export class ClerkInstance implements OnModuleInit, OnModuleDestroy {
  readonly authenticator: StandIn;
  readonly sessions: SessionLookup;
  readonly users: UserLookup;
  readonly standings: Standings;
  readonly feed: RevocationFeed;
  readonly lifelines: Lifelines;
  readonly vitals: Vitals;
  readonly handshakes: HandshakeSteps;
  private readonly backend: Backend;

  constructor(
    settings: ClerkSettings,
    http: HttpService,
    { now, timer }: Times,
    private readonly standIn: StandIn | null = null,
  ) {
    this.backend = backendOf(settings, http, now);
    this.vitals = vitalsOf(standIn === null ? this.backend : undefined);
    this.feed = revocationFeedOf(settings, now, timer);
    const verification = verificationOf(settings, this.backend, this.feed, now);
    const reading = readingOf(settings, verification);
    this.handshakes = handshakesOf(settings, this.backend, reading, verification);
    const limits: AnswerLimits = {
      now,
      clockSkew: settings.clockSkew,
      isOver: (session) => isOver(session, this.feed),
      outlivesMemory: ({ claims }) =>
        claims !== undefined && this.feed.isShared && outlives(claims, this.feed.memory),
      outage: () => this.feed.outage(),
    };
    this.standings = new Standings(limits);
    this.users = usersOf(settings, this.backend, standIn, now);
    this.lifelines = new Lifelines({
      now,
      timer,
      confirmations: confirmationsOf(settings, verification),
    });
    this.feed.onNotice((notice) => {
      obey(notice, this.lifelines, this.users, verification);
    });
    const crossSite = new CrossSiteNotice();
    const notice = new MisconfigurationNotice(settings, now);
    const noted = (verdict: Verdict): Verdict => {
      if (verdict.kind === 'rejected') notice.note(verdict.code);
      return verdict;
    };
    this.sessions = new SessionLookup(verification, noted);
    this.authenticator =
      standIn ??
      new Authenticator(
        {
          read: (request, accepted) => {
            const presented = readCredential(request, reading, accepted);
            if (presented.kind === 'cross_site') crossSite.warnOnce(presented.origin);
            return presented;
          },
          verify: (credential) => eventually(verifyCredential(credential, verification), noted),
          confirm: (session) => confirm(session, verification),
        },
        {
          always: settings.verification === 'live',
          fallBackToToken: settings.liveFallback === 'token',
        },
        limits,
        this.standings,
      );
  }

  /**
   * Keys are fetched in the background: the boot waits for no network. Only for the other machines it waits a moment, so
   * that a session they ended while this one was away is refused at the first request.
   */
  async onModuleInit(): Promise<void> {
    if (this.standIn !== null) return;
    void this.backend.remoteKeys?.warm();
    await this.feed.start();
  }

  /** Kept connections would keep a process alive that has nothing left to do. */
  onModuleDestroy(): void {
    this.feed.stop();
    this.lifelines.letGo();
    this.backend.client.close();
  }
}

function verificationOf(
  settings: ClerkSettings,
  backend: Backend,
  feed: RevocationFeed,
  now: Clock,
): Verification {
  const jws = new JwsReader();
  return {
    rules: settings,
    keys: backend.remoteKeys ?? givenKeys(settings.jwtKeys),
    authority: backend.authority,
    machines: backend.machines,
    jws,
    verified: new VerifiedTokens(settings.tokenCache, jws),
    revoked: feed.revocations,
    feed,
    unknown: new UnknownTokens(now),
    asked: new CoalescedVerdicts(settings.backendCacheTtl, now),
    now,
  };
}

function handshakesOf(
  { secretKey }: ClerkSettings,
  { client, probe }: Backend,
  reading: CredentialReading,
  verification: Verification,
): HandshakeSteps {
  return {
    reading,
    endpoints: secretKey === undefined ? undefined : new HandshakeEndpoints(client, probe),
    linesIn: (token) => readHandshakeToken(token, verification),
    unknown: verification.unknown,
  };
}

function isOver(session: Session, { revocations }: RevocationFeed): boolean {
  // Clerk's own word about a session is not a token that could be older than the user's end.
  return session.claims === undefined
    ? revocations.isSessionOver(session.id)
    : revocations.isTokenOver(session.claims);
}

/** What a notice ends or makes out of date, beside the tokens. */
function obey(
  notice: Notice,
  lifelines: Lifelines,
  users: UserLookup,
  { asked }: Verification,
): void {
  switch (notice.kind) {
    case 'session_ended':
      lifelines.endSession(notice.sessionId);
      return;
    case 'user_ended':
      asked.forgetAll();
      users.drop(notice.userId);
      lifelines.endUser(notice.userId, notice.issuedUntil);
      return;
    case 'user_changed':
      users.drop(notice.userId);
      return;
  }
}

/** A stand-in's users are a test's to change at any time, and to call what it likes: none of them is kept. */
function usersOf(
  { userCache }: ClerkSettings,
  { users }: Backend,
  standIn: StandIn | null,
  now: Clock,
): UserLookup {
  const standingIn = standIn?.users;
  if (standingIn !== undefined) {
    return new UserLookup(new UserCache(standingIn, undefined, now), () => true);
  }
  return new UserLookup(users === undefined ? undefined : new UserCache(users, userCache, now));
}

function confirmationsOf(
  { atTokenEnd }: ClerkSettings,
  verification: Verification,
): Confirmations | undefined {
  if (atTokenEnd === 'end') return undefined;
  return new Confirmations(async (session) => {
    const { kind } = await confirm(session, verification);
    return kind === 'record';
  }, verification.now);
}

function readingOf(
  { publishableKey, issuers, crossSite, authorizedParties, allowedOrigins }: ClerkSettings,
  { jws, verified, now }: Verification,
): CredentialReading {
  return {
    publishableKey,
    issuers,
    cookieNames: cookieNames(publishableKey?.cookieSuffix),
    trustedOrigins: crossSite === 'refuse' ? authorizedParties : undefined,
    socketOrigins: allowedOrigins,
    unverified: jws,
    recognize: (token) => verified.recognize(token)?.claims,
    now,
  };
}

/** Asks Clerk about a session; a route that asks for that without a secret key shows it at its first request. */
async function confirm(
  session: Session,
  verification: Verification,
): Promise<RecordAccepted | Rejected> {
  const { authority } = verification;
  if (authority !== undefined) {
    return verifyLiveSession(session.id, session.userId, { ...verification, authority });
  }
  const problem = 'A route demands { live: true }, which needs a secret key: set CLERK_SECRET_KEY.';
  throw new ConfigurationError([problem]);
}

function backendOf(settings: ClerkSettings, http: HttpService, now: Clock): Backend {
  const { secretKey, jwtKeys } = settings;
  const client = new BackendClient(http, settings, now);
  const probe = new SecretKeyProbe(client, now);
  const machines = new MachineEndpoints(client, probe, settings, now);
  if (secretKey === undefined)
    return {
      machines,
      client,
      probe,
      authority: undefined,
      users: undefined,
      remoteKeys: undefined,
    };
  const endpoint = new KeySetEndpoint(probe);
  const authority = new SessionEndpoints(client, probe);
  // Keys given by hand outrank the published ones, as with Clerk's own SDKs.
  const isFetched = jwtKeys.length === 0;
  const remoteKeys = isFetched ? new RemoteKeys(() => endpoint.fetch(), now) : undefined;
  const users = new UserEndpoints(client, probe);
  return { machines, client, probe, authority, users, remoteKeys };
}
