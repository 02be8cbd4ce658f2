import type { Agent as HttpsAgent } from 'node:https';
import type { RevocationChannel } from '../revocation/revocation-channel.js';

/**
 * What the user writes. Every option may be left out: then the environment is read, then the default holds.
 * A setting that is missing, malformed or contradictory stops the boot with one `ConfigurationError`.
 */
export interface ClerkOptions {
  /**
   * The Backend API key, `sk_live_…` or `sk_test_…` (or an original `live_…` / `test_…` key).
   * Needed unless `jwtKey` is given and only session tokens are used.
   * @default environment `CLERK_SECRET_KEY`, else the original name `CLERK_API_KEY`
   */
  readonly secretKey?: string | undefined;

  /**
   * This machine's own key, `ak_…`, with which Clerk is asked about opaque M2M tokens: then only those count that are
   * meant for this machine. Without it the secret key asks, and every machine's do.
   * @default environment `CLERK_MACHINE_SECRET_KEY`, else none
   */
  readonly machineSecretKey?: string | undefined;

  /**
   * Names the Clerk instance: gives the issuer that tokens must bear and the suffix of the cookies.
   * @default environment `CLERK_PUBLISHABLE_KEY`, else none: no issuer is pinned, only plain cookies are read
   */
  readonly publishableKey?: string | undefined;

  /**
   * The instance's public key as PEM, or several of them. Session tokens are then checked without any network call.
   * An empty list means none, whatever the environment says.
   * @default environment `CLERK_JWT_KEY` (`\n` may be written as two characters), else the JWKS is fetched
   */
  readonly jwtKey?: string | readonly string[] | undefined;

  /**
   * Where the Backend API is.
   * @default environment `CLERK_API_URL`, else `https://api.clerk.com`
   */
  readonly apiUrl?: string | undefined;

  /**
   * The version in the Backend API's paths.
   * @default environment `CLERK_API_VERSION`, else `v1`
   */
  readonly apiVersion?: string | undefined;

  /**
   * The exact `iss` of session tokens, for instances behind a proxy or a satellite domain; several where tokens come
   * by more than one of them (proxy, satellite, primary domain). An empty list counts as left out.
   * @default `https://<Frontend API host in the publishable key>`; without that key `iss` is not checked
   */
  readonly issuer?: string | readonly string[] | undefined;

  /**
   * Origins whose tokens are accepted (`azp`), such as `https://app.example.com`. Protects cookie-bearing requests
   * against tokens that another site on the same registrable domain obtained. Strongly advised with live keys.
   * @default none: `azp` is not checked
   */
  readonly authorizedParties?: readonly string[] | undefined;

  /**
   * What becomes of a request that bears a session cookie, is no GET, HEAD or OPTIONS, and comes from a page of another
   * site: 403 `cross_site_request`, or it is let in. Origins in `authorizedParties` are no other site. Bearer tokens
   * are never asked: no browser sends them by itself.
   * @default 'refuse'
   */
  readonly crossSite?: 'refuse' | 'allow' | undefined;

  /**
   * Origins whose pages may open sockets with the cookies of their visitor, such as `https://app.example.com`: a browser
   * sends cookies with the opening of a socket from any page. Pages of the host itself always may, and so may whoever
   * sends no `Origin`. Others are refused with 403 `origin_not_allowed`. An empty list allows no other page.
   * @default `authorizedParties`
   */
  readonly allowedOrigins?: readonly string[] | undefined;

  /**
   * What becomes of a socket, subscription or event stream when the token runs out that it was opened with, and nobody
   * renewed it: it is ended, or Clerk is asked about once a minute whether the session is still active, and only then it
   * is ended. The claims stay those of the last token. `'confirm'` needs a secret key.
   * @default 'end'
   */
  readonly atTokenEnd?: 'end' | 'confirm' | undefined;

  /**
   * Who the tokens must be meant for (`aud`). When set, a token without `aud` is refused.
   * @default none: `aud` is not checked
   */
  readonly audience?: string | readonly string[] | undefined;

  /**
   * How far clocks may differ, in milliseconds. 0 is honored.
   * @default 5000
   */
  readonly clockSkew?: number | undefined;

  /**
   * `__client_uat` tells when the browser last signed in or out. `'when-present'` honors it on cookies;
   * `'required'` refuses cookies without it, as Clerk's server-rendered flow does.
   * @default 'when-present'
   */
  readonly clientUat?: 'when-present' | 'required' | undefined;

  /**
   * Whether the opaque client tokens of Clerk's original protocol are accepted. Clerk is asked about each of them, so that
   * made-up ones use up the calls that Clerk allows an instance. Most applications only use session tokens: they say
   * `false`, and such a cookie is refused with `client_token_unsupported` without a call.
   * @default true
   */
  readonly clientTokens?: boolean | undefined;

  /**
   * Whether a session with unfinished tasks (`pending`) counts as signed out.
   * @default true
   */
  readonly treatPendingAsSignedOut?: boolean | undefined;

  /**
   * Whether a session token's word is enough, or Clerk is asked about every session as well: then a session revoked
   * anywhere is refused at the next request, and every request costs a call (see `backendCache`). A single route asks
   * for it with `@RequireSession({ live: true })`. `'live'` needs a secret key.
   * @default 'networkless'
   */
  readonly verification?: 'networkless' | 'live' | undefined;

  /**
   * What becomes of a live check while Clerk cannot be asked: 503, or the token's word is taken.
   * @default 'none'
   */
  readonly liveFallback?: 'none' | 'token' | undefined;

  /**
   * The body of 401 and 503: none at all; RFC 9457 `application/problem+json` with the stable code; or `'nest'`, the
   * JSON that Nest answers exceptions with, and the code: `{ statusCode, message, code }`. A 403 always has a body, so
   * that front ends can help: `'nest'` where that is asked for, else `'problem'`.
   * @default 'none'
   */
  readonly errorBody?: 'none' | 'problem' | 'nest' | undefined;

  /**
   * What is made at boot of what protects each route (on demand `RouteAudit` tells the same). `'log'` prints it, in one
   * table. `'error'` refuses to boot when a handler has `@RequireSession()`, `@OptionalSession()` or `@CurrentSession()`
   * but no `AuthGuard` stands behind it. `'strict'` refuses as well when a handler is neither guarded nor `@Public()`.
   * @default 'off'
   */
  readonly audit?: 'off' | 'log' | 'error' | 'strict' | undefined;

  /**
   * Files that the environment is completed from; of two the later one wins, and the process's own environment wins over
   * them all. Names are relative to the working directory. A file that is not there is passed over. `false`: no file is
   * touched at all.
   * @default ['.env', '.env.local']
   */
  readonly envFiles?: false | readonly string[] | undefined;

  /**
   * How many session tokens are remembered as verified (4 KiB each on average at the most), or `false` for none. A
   * browser sends the same token for about a minute; remembered, it costs a look-up instead of a signature check.
   * Claims, keys and expiry are checked at every use all the same, so this changes nothing about revocation: a session
   * revoked elsewhere is noticed when its token runs out, with or without this; one revoked through `SessionService`
   * is refused by this process at once.
   * @default 5000
   */
  readonly tokenCache?: number | false | undefined;

  /**
   * How long a positive answer of the Backend API, to a client token or a live check, is cached: `ttl` in milliseconds, 60000
   * at the most. A negative answer is not cached by this option. For that long a session revoked elsewhere goes on being accepted here.
   * @default none: every request asks, simultaneous ones together
   */
  readonly backendCache?:
    | {
        /** Milliseconds, 60000 at the most. */
        readonly ttl: number;
      }
    | undefined;

  /**
   * How long one call to the Backend API may take, in milliseconds.
   * @default 2000
   */
  readonly backendTimeout?: number | undefined;

  /**
   * Through what the Backend API is reached, an `https.Agent`: for those who must tunnel through a proxy or bring
   * certificates of their own. Without it calls go straight to the Backend API: `HTTPS_PROXY` and its like are not
   * obeyed, since a proxy could be sent the secret key. Yours to close.
   * @default an agent of our own: kept connections, 64 sockets
   */
  readonly httpsAgent?: HttpsAgent | undefined;

  /**
   * How long one question to the Backend API may take with all its retries, in milliseconds.
   * @default 5000
   */
  readonly backendBudget?: number | undefined;

  /**
   * Through what the machines of an application tell each other which sessions are over, such as
   * `new RedisRevocations(redis)` of `nestjs-clerk-auth/redis`: then a session that one of them ends is refused by all of
   * them within milliseconds. Tokens that live longer than a minute or so are confirmed by Clerk then, as on a `live`
   * route: no machine remembers for as long as they last.
   * @default none: each process knows only what it ended or heard by itself
   */
  readonly revocations?: RevocationChannel | undefined;

  /**
   * What becomes of requests while `revocations` has been silent for three seconds, so that this machine may have missed
   * something: the token's word is taken, or 503.
   * @default 'token'
   */
  readonly revocationFallback?: 'token' | 'none' | undefined;

  /**
   * How `UserService` keeps users: for `ttl` milliseconds without asking; while Clerk cannot be asked for `stale`
   * milliseconds more; at most `size` of them. A user that Clerk does not know is kept as well. `false` keeps none.
   * @default { ttl: 30000, stale: 300000, size: 5000 }
   */
  readonly userCache?:
    | false
    | {
        /** Milliseconds for which nobody asks again. */
        readonly ttl?: number | undefined;
        /** Milliseconds more, while Clerk cannot be asked. */
        readonly stale?: number | undefined;
        /** Users, at the most. */
        readonly size?: number | undefined;
      }
    | undefined;

  /**
   * Whether `SessionContext` knows the session of the request in any provider, without it being handed on. Uses
   * `AsyncLocalStorage`, which costs some microseconds a request on Node 20 and hardly anything from Node 24 on.
   * @default false
   */
  readonly sessionContext?: boolean | undefined;

  /**
   * Whether this application runs on a satellite domain of the Clerk instance: signing in happens on the primary one,
   * and its sessions are brought over. Needs `domain` or `proxyUrl`.
   * @default environment `CLERK_IS_SATELLITE` (`true` or `false`, 1 or 0), else false
   */
  readonly isSatellite?: boolean | undefined;

  /**
   * The satellite's domain, such as `shop.example`: host and port, without a scheme. With live keys its Frontend API, and
   * the issuer of its tokens, is `clerk.<domain>`.
   * @default environment `CLERK_DOMAIN`, else none
   */
  readonly domain?: string | undefined;

  /**
   * Where browsers reach the Frontend API, if that is not its own host: a URL, or a path of the application such as
   * `/__clerk`. Tokens may then bear it as `iss` as well; of a path only where `authorizedParties` say on which origin.
   * @default environment `CLERK_PROXY_URL`, else none
   */
  readonly proxyUrl?: string | undefined;
}
