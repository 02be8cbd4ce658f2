import type { Call } from './backend-api/call-log.js';
import { answerOf } from './backend-api/canned-answer.js';
import type { CannedAnswer } from './backend-api/canned-answer.js';
import { replyDuring } from './backend-api/outage.js';
import type { Outage, OutageOptions } from './backend-api/outage.js';
import { provedAgain } from './directory/factor-verification.js';
import type { ReverificationLevel } from './directory/factor-verification.js';
import type { MachineRecord } from './directory/machines.js';
import type { MembershipRecord, OrganizationRecord } from './directory/organizations.js';
import type { SessionRecord, SessionStatus } from './directory/sessions.js';
import type { UserChange, UserRecord } from './directory/users.js';
import { LoopbackServer } from './http/loopback-server.js';
import { createInstance } from './instance.js';
import type { Instance } from './instance.js';
import { joinOrganization } from './join-organization.js';
import type { OrganizationSpec } from './join-organization.js';
import type { LocalClerkOptions } from './local-clerk-options.js';
import { createApiKey } from './machine-tokens/create-api-key.js';
import type { ApiKey, ApiKeyOptions } from './machine-tokens/create-api-key.js';
import { createM2mToken } from './machine-tokens/create-m2m-token.js';
import type { M2mToken, M2mTokenOptions } from './machine-tokens/create-m2m-token.js';
import { createOAuthToken } from './machine-tokens/create-oauth-token.js';
import type { OAuthToken, OAuthTokenOptions } from './machine-tokens/create-oauth-token.js';
import { machineTokenIdOf } from './machine-tokens/machine-token-ref.js';
import type { MachineTokenRef } from './machine-tokens/machine-token-ref.js';
import { receptionOf } from './reception.js';
import { resolveSettings } from './settings.js';
import { freshToken, signIn } from './sign-in.js';
import { clientIdOf, knownUserIdOf, sessionIdOf, userIdOf } from './signed-in.js';
import type { ClientRef, SessionRef, SignedIn, SignInOptions, UserRef } from './signed-in.js';
import { mint } from './tokens/mint.js';
import { mintM2mToken } from './tokens/mint-m2m-token.js';
import type { M2mTokenSpec } from './tokens/mint-m2m-token.js';
import { mintOAuthToken } from './tokens/mint-oauth-token.js';
import type { OAuthTokenSpec } from './tokens/mint-oauth-token.js';
import type { MintSpec } from './tokens/mint-spec.js';
import { publicPem } from './tokens/signing-keys.js';
import type { Jwk } from './tokens/signing-keys.js';
import type { Webhooks } from './webhooks/webhooks.js';

/** What `ClerkModule.forRoot` needs to take a `LocalClerk` for Clerk. */
export interface ConnectionOptions {
  /** `sk_test_…`: this instance alone accepts it. */
  readonly secretKey: string;
  /** `pk_test_…`: names the issuer of the tokens. */
  readonly publishableKey: string;
  /** Of the Backend API: this Clerk, on a loopback port. */
  readonly apiUrl: string;
  /** Where browsers go for handshakes: to this Clerk, and not to the host that the key names. */
  readonly proxyUrl: string;
  /** Empty: no PEM, whatever the environment says. Keys come from the JWKS. */
  readonly jwtKey: readonly string[];
  /** No file of the developer's own is read. */
  readonly envFiles: false;
}

/**
 * A Clerk of your own on a loopback port: signs anybody in, mints any token, revokes, rotates keys, goes down on
 * request. Real HTTP, real signatures; no account and no network. For tests and development.
 *
 * @example
 * const clerk = await LocalClerk.start();
 * const ada = clerk.signIn('ada');
 * await request(app).get('/me').set('Authorization', ada.header).expect(200);
 * await clerk.stop();
 */
export class LocalClerk {
  readonly #instance: Instance;
  readonly #server: LoopbackServer;

  private constructor(instance: Instance, server: LoopbackServer) {
    this.#instance = instance;
    this.#server = server;
  }

  /**
   * Resolves when the Clerk listens.
   *
   * @throws ConfigurationError `configuration_invalid` for a host that is not loopback, or a live key
   * @example
   * const clerk = await LocalClerk.start({ origin: 'https://app.example.com', now: () => time });
   */
  static async start(options: LocalClerkOptions = {}): Promise<LocalClerk> {
    const settings = resolveSettings(options);
    const instance = await createInstance(settings);
    const { port, host } = settings;
    return new LocalClerk(instance, await LoopbackServer.listen(port, host, receptionOf(instance)));
  }

  /**
   * Stops listening and ends every connection at once, also those that wait for an answer. Harmless when done twice.
   *
   * @example
   * afterAll(() => clerk.stop());
   */
  async stop(): Promise<void> {
    this.#instance.webhooks.close();
    await this.#server.close();
  }

  /**
   * The same as `stop`, for `await using`.
   *
   * @example
   * await using clerk = await LocalClerk.start();
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Where the Backend API is, such as `http://127.0.0.1:49152`. */
  get url(): string {
    return this.#server.url;
  }

  /**
   * The page on which people sign in, with a button for everybody and no script. Beside it are `/sign-up`, `/sign-out` and
   * `/sign-in/tasks`. All of them send browsers back to `?redirect_url=`, a page of this machine.
   *
   * @example
   * ClerkPagesModule.forRoot({ signInUrl: clerk.signInUrl });
   */
  get signInUrl(): string {
    return `${this.url}/sign-in`;
  }

  /** What Backend API calls must bear. */
  get secretKey(): string {
    return this.#instance.settings.secretKey;
  }

  /** Names this instance; every `LocalClerk` has its own unless told otherwise. */
  get publishableKey(): string {
    return this.#instance.settings.publishableKey;
  }

  /** The `iss` of every token: `https://<Frontend API host>`. */
  get issuer(): string {
    return this.#instance.settings.issuer;
  }

  /** The public key that proves today's tokens, as PEM. Another one after `rotateKey`. */
  get jwtKey(): string {
    return publicPem(this.#instance.keys.current);
  }

  /**
   * The module options that make this Clerk the application's.
   *
   * @example
   * ClerkModule.forRoot(clerk.options());
   * ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey }); // networkless
   */
  options(): ConnectionOptions {
    const { secretKey, publishableKey, url } = this;
    return {
      secretKey,
      publishableKey,
      apiUrl: url,
      proxyUrl: url,
      jwtKey: [],
      envFiles: false,
    };
  }

  /**
   * Opens an active session for the user, who is made when nobody bears that name. It becomes its client's last active
   * session.
   *
   * @throws Error when `client` is none of this Clerk's, for a user who is banned, for a role, permission, feature or plan that no Clerk could have,
   * or for custom claims that say whose token it is or for how long
   * @example
   * const ada = clerk.signIn('ada');
   * const bob = clerk.signIn('bob', { client: ada }); // two people in one browser
   * const admin = clerk.signIn('ada', { organization: { slug: 'acme', role: 'org:admin' } });
   * const stale = clerk.signIn('ada', { factorAges: [20, -1], plans: ['pro'] }); // proved 20 minutes ago
   * const impersonated = clerk.signIn('ada', { actor: 'support' });
   * const onboarded = clerk.signIn('ada', { claims: { metadata: { onboarded: true } } });
   */
  signIn(user: string, options: SignInOptions = {}): SignedIn {
    return signIn(user, options, this.#instance);
  }

  /**
   * Makes a user who signs in nowhere yet. `signIn` and its like make users by themselves.
   *
   * @throws Error for a name or an e-mail address that is taken
   * @example
   * const carol = clerk.createUser('carol', { lastName: 'Shaw', externalId: '4711' });
   */
  createUser(name: string, details: UserChange = {}): UserRecord {
    return this.#instance.directory.users.create(name, details);
  }

  /**
   * Changes a user, as the dashboard or the user's own profile page does. Who bears a new name is made.
   *
   * @throws Error for somebody who was deleted, or an e-mail address that is another's
   * @example
   * clerk.updateUser(ada, { lastName: 'King', publicMetadata: { onboarded: true } });
   */
  updateUser(user: UserRef, change: UserChange): UserRecord {
    const { users } = this.#instance.directory;
    return users.change(userIdOf(user, users), change);
  }

  /**
   * Bans a user: all their sessions are revoked, and nobody signs in as them. As with Clerk, the only event is
   * `user.updated`. Who bears a new name is made.
   *
   * @throws Error for somebody who was deleted
   * @example
   * clerk.banUser(ada);
   */
  banUser(user: UserRef): UserRecord {
    const { directory } = this.#instance;
    return directory.ban(userIdOf(user, directory.users));
  }

  /**
   * Lets a banned user sign in again. The sessions of before stay revoked.
   *
   * @throws Error for somebody who was deleted
   * @example
   * clerk.unbanUser(ada);
   */
  unbanUser(user: UserRef): UserRecord {
    const { directory } = this.#instance;
    return directory.unban(userIdOf(user, directory.users));
  }

  /**
   * Deletes a user: all their sessions and memberships end, and the only event is `user.deleted`. The name is free; who bears
   * it next is somebody else.
   *
   * @returns the user as they were
   * @throws Error when there is no such user
   * @example
   * clerk.deleteUser(ada);
   */
  deleteUser(user: UserRef): UserRecord {
    const { directory } = this.#instance;
    return directory.delete(knownUserIdOf(user, directory.users));
  }

  /** Tells your application what happens, by signed HTTP requests as Clerk sends them. */
  get webhooks(): Webhooks {
    return this.#instance.webhooks;
  }

  /**
   * Makes any session token, right or wrong. Without options it is a good one of a session that this Clerk does not know.
   *
   * @throws Error when `session` is none of this Clerk's; for a made-up one use `claims: { sid }`
   * @example
   * clerk.mint({ session: ada, expiresIn: -60 }); // expired a minute ago
   * clerk.mint({ session: ada, key: 'foreign' }); // signed with another key under Clerk's kid
   * clerk.mint({ session: ada, claims: { azp: undefined } }); // without azp
   */
  mint(spec: MintSpec = {}): string {
    return mint(spec, this.#instance);
  }

  /**
   * A new token of a session, as Clerk's browser library fetches one every minute.
   *
   * @throws Error when the session is over, or none of this Clerk's
   * @example
   * const header = `Bearer ${clerk.freshToken(ada)}`;
   */
  freshToken(session: SessionRef): string {
    return freshToken(this.session(session), this.#instance);
  }

  /**
   * The session as Clerk sees it now. A record is not updated: ask again.
   *
   * @throws Error when the session is none of this Clerk's
   * @example
   * expect(clerk.session(ada).status).toBe('revoked');
   */
  session(session: SessionRef): SessionRecord {
    return this.#instance.directory.sessions.require(sessionIdOf(session));
  }

  /**
   * Ends a session the way Clerk's dashboard does. One that is over already stays as it is. It stays listed in its
   * client, and stays last active there if it was: see `setLastActive`.
   *
   * @throws Error when the session is none of this Clerk's
   * @example
   * clerk.revoke(ada);
   */
  revoke(session: SessionRef): void {
    this.#instance.directory.sessions.revoke(sessionIdOf(session));
  }

  /**
   * Gives a session any status. An `active` or `pending` one whose time has run out shows as `expired` nevertheless.
   *
   * @throws Error when the session is none of this Clerk's
   * @example
   * clerk.setStatus(ada, 'pending');
   */
  setStatus(session: SessionRef, status: SessionStatus): void {
    this.#instance.directory.sessions.change(sessionIdOf(session), { status });
  }

  /**
   * Moves a session's end. Its status follows the clock by itself.
   *
   * @param expireAt milliseconds since 1970
   * @throws Error when the session is none of this Clerk's
   * @example
   * clerk.setExpireAt(ada, Date.now() - 1);
   */
  setExpireAt(session: SessionRef, expireAt: number): void {
    this.#instance.directory.sessions.change(sessionIdOf(session), { expireAt });
  }

  /**
   * Points a client to any session, to one that does not exist, or to none.
   *
   * @throws Error when the client is none of this Clerk's
   * @example
   * clerk.setLastActive(ada, null);
   */
  setLastActive(client: ClientRef, session: SessionRef | null): void {
    const sessionId = session === null ? null : sessionIdOf(session);
    this.#instance.directory.clients.setLastActive(clientIdOf(client), sessionId);
  }

  /**
   * Makes a session the last active one of its client, now: what happens when somebody switches accounts. Its status stays.
   *
   * @throws Error when the session is none of this Clerk's
   * @example
   * clerk.activate(ada);
   */
  activate(session: SessionRef): void {
    this.#instance.directory.activate(sessionIdOf(session));
  }

  /**
   * The organization of that slug, made on first use.
   *
   * @example
   * await request(app).get(`/organizations/${clerk.organization('acme').id}`);
   */
  organization(slug: string): OrganizationRecord {
    return this.#instance.directory.organizations.named(slug);
  }

  /**
   * Makes somebody a member of an organization, or changes what a member may do. No session has it active by that alone;
   * those that have it active say so in their next token.
   *
   * @throws Error for a role, permission, feature or plan that no Clerk could have
   * @example
   * clerk.joinOrganization(ada, 'acme');
   * clerk.joinOrganization(ada, { slug: 'acme', role: 'org:admin', permissions: ['org:invoices:read'] });
   */
  joinOrganization(user: UserRef, organization: OrganizationSpec): MembershipRecord {
    const { directory } = this.#instance;
    return joinOrganization(userIdOf(user, directory.users), organization, directory);
  }

  /**
   * Makes an organization the active one of a session, by slug or id; `null` goes back to the personal account. The next
   * token says so.
   *
   * @throws Error when the session is none of this Clerk's, or its user no member of that organization
   * @example
   * clerk.setOrganization(ada, 'acme');
   * const header = `Bearer ${clerk.freshToken(ada)}`;
   */
  setOrganization(session: SessionRef, organization: string | null): void {
    const { directory } = this.#instance;
    const known =
      organization === null ? undefined : directory.organizations.findBySlug(organization);
    directory.setActiveOrganization(sessionIdOf(session), known?.id ?? organization);
  }

  /**
   * The user proves again to be the one, as Clerk's step-up dialog has them do. The next token says so.
   *
   * @param level which factors. Default `'multi_factor'`: all that the user has
   * @throws Error when the session is none of this Clerk's
   * @example
   * const ada = clerk.signIn('ada', { factorAges: [60, 60] });
   * clerk.reverify(ada, 'second_factor');
   * const header = `Bearer ${clerk.freshToken(ada)}`;
   */
  reverify(session: SessionRef, level: ReverificationLevel = 'multi_factor'): void {
    const { id, verifiedAt } = this.session(session);
    const { directory, settings } = this.#instance;
    const again = provedAgain(verifiedAt, level, settings.now());
    directory.sessions.change(id, { verifiedAt: again });
  }

  /**
   * The machine of that name, made on first use, with the secret key that some call `CLERK_MACHINE_SECRET_KEY`.
   *
   * @example
   * const billing = clerk.createMachine('billing');
   * const token = clerk.createM2mToken({ machine: 'worker', scopes: [billing.id] });
   */
  createMachine(name: string): MachineRecord {
    return this.#instance.directory.machines.named(name);
  }

  /**
   * Issues an API key.
   *
   * @example
   * const key = clerk.createApiKey({ subject: ada, scopes: ['read:users'] });
   * const shared = clerk.createApiKey({ subject: { organization: 'acme' } });
   * await request(app).get('/report').set('Authorization', key.header).expect(200);
   */
  createApiKey(options: ApiKeyOptions = {}): ApiKey {
    return createApiKey(options, this.#instance);
  }

  /**
   * Issues a token with which one machine speaks to another: opaque, or a JWT.
   *
   * @example
   * const token = clerk.createM2mToken({ machine: 'worker', scopes: [billing.id], format: 'jwt' });
   */
  createM2mToken(options: M2mTokenOptions = {}): M2mToken {
    return createM2mToken(options, this.#instance);
  }

  /**
   * Issues an access token with which an OAuth application acts for a user: opaque, or a JWT.
   *
   * @example
   * const token = clerk.createOAuthToken({ user: ada, scopes: ['profile'] });
   */
  createOAuthToken(options: OAuthTokenOptions = {}): OAuthToken {
    return createOAuthToken(options, this.#instance);
  }

  /**
   * Makes any M2M token in its form as a JWT, right or wrong. Nobody can ask the Backend API about it.
   *
   * @example
   * clerk.mintM2mToken({ expiresIn: -60 });
   * clerk.mintM2mToken({ header: { cat: 'cl_B7d4PD111AAA' } }); // labeled as a session token
   */
  mintM2mToken(spec: M2mTokenSpec = {}): string {
    return mintM2mToken(spec, this.#instance);
  }

  /**
   * Makes any OAuth access token in its form as a JWT, right or wrong. Nobody can ask the Backend API about it.
   *
   * @example
   * clerk.mintOAuthToken({ user: ada, key: 'foreign' });
   * clerk.mintOAuthToken({ claims: { sub: 'mch_1' } }); // a machine's under the type of OAuth
   */
  mintOAuthToken(spec: OAuthTokenSpec = {}): string {
    return mintOAuthToken(spec, this.#instance);
  }

  /**
   * Revokes an API key, an M2M token or an OAuth token, by what its `create…` returned or by its id. JWTs go on proving
   * themselves to whoever does not ask the Backend API.
   *
   * @throws Error when this Clerk issued no such token
   * @example
   * clerk.revokeMachineToken(key);
   */
  revokeMachineToken(token: MachineTokenRef): void {
    this.#instance.directory.machineTokens.revoke(machineTokenIdOf(token));
  }

  /**
   * Signs with a new key from now on, and publishes it.
   *
   * @param keepOld whether the keys before it stay published. Default true
   * @example
   * clerk.rotateKey(); // tokens of before stay good
   * clerk.rotateKey({ keepOld: false }); // tokens of before have no key anymore
   */
  rotateKey({ keepOld = true }: { readonly keepOld?: boolean } = {}): void {
    this.#instance.keys.rotate(keepOld);
  }

  /**
   * Takes every own key but the current one out of the JWKS.
   *
   * @example
   * clerk.rotateKey();
   * clerk.retireOldKeys();
   */
  retireOldKeys(): void {
    this.#instance.keys.retireOld();
  }

  /**
   * Adds a key of any kind to the JWKS: one for encryption, an elliptic one, a broken one. Nothing is signed with it.
   *
   * @example
   * clerk.publish({ kty: 'oct', kid: 'shared', k: 'AAAA' });
   */
  publish(jwk: Jwk): void {
    this.#instance.keys.publish(jwk);
  }

  /**
   * Takes the Backend API down, or up again with `false`. `true` is `'unavailable'`. What hung stays hanging. The browser
   * goes on undisturbed unless `frontendApi` says otherwise.
   *
   * @example
   * clerk.outage('rate-limit', { retryAfter: 30 });
   * clerk.outage('refuse', { frontendApi: true }); // everything of Clerk's is gone
   * clerk.outage(false);
   */
  outage(on: boolean | Outage, options: OutageOptions = {}): void {
    const { faults } = this.#instance;
    if (on === false) faults.recover();
    else faults.breakDown(replyDuring(on === true ? 'unavailable' : on, options), options);
  }

  /**
   * Delays every answer of the Backend API.
   *
   * @param milliseconds 0 for no delay
   * @example
   * clerk.latency(250);
   */
  latency(milliseconds: number): void {
    this.#instance.faults.setLatency(milliseconds);
  }

  /**
   * Puts words in Clerk's mouth for one path of the Backend API, whatever the secret key, until `undefined` withdraws them.
   *
   * @param path without the query
   * @example
   * clerk.answer('GET', '/v1/jwks', { status: 200, body: { keys: [] } });
   * clerk.answer('GET', '/v1/jwks', undefined);
   */
  answer(method: string, path: string, answer: CannedAnswer | undefined): void {
    const { faults } = this.#instance;
    if (answer === undefined) faults.withdrawAnswer(method, path);
    else faults.setAnswer(method, path, answerOf(answer));
  }

  /** The Backend API calls received, oldest first: the last 10,000. A copy; it does not grow. */
  get calls(): readonly Call[] {
    return this.#instance.calls.all;
  }

  /** How many Backend API calls were received, also those that `calls` no longer holds. */
  get callCount(): number {
    return this.#instance.calls.count;
  }

  /**
   * The Backend API calls to one path, or to the paths that fit.
   *
   * @param path without the query
   * @example
   * expect(clerk.callsTo('/v1/jwks')).toHaveLength(1);
   * expect(clerk.callsTo(/^\/v1\/sessions\//)).toEqual([]);
   */
  callsTo(path: string | RegExp): readonly Call[] {
    return this.#instance.calls.to(path);
  }

  /**
   * Forgets the calls so far, and counts from 0 again.
   *
   * @example
   * beforeEach(() => clerk.forgetCalls());
   */
  forgetCalls(): void {
    this.#instance.calls.forget();
  }
}
