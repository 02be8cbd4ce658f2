import { createPublicKey, verify } from 'node:crypto';
import { createClerkClient, verifyToken } from '@clerk/backend';
import { createVerifier } from 'fast-jwt';
import { importSPKI, jwtVerify } from 'jose';
import { sessionOf } from 'nestjs-clerk-auth';
import { BlogPostGuard } from '../peers/blog-post-guard.mjs';
import { authOfExpress, clerkExpress, networklessOptions } from '../peers/clerk.mjs';
import { cachedHandWrittenVerifier, handWrittenVerifier } from '../peers/hand-written.mjs';
import { passportGuard } from '../peers/passport.mjs';
import { createClerkContext, executionContextOf } from '../support/clerk-context.mjs';

/**
 * Something that turns a request into a user id.
 * @typedef {object} Candidate
 * @property {string} label
 * @property {keyof import('../support/request.mjs').CREDENTIALS} credential how the token travels
 * @property {boolean} [repeated] whether the same few tokens come again and again
 * @property {boolean} [remembers] whether it remembers tokens, and is measured on such as it has not met
 * @property {(fixture: import('../support/fixture.mjs').Fixture) => Promise<Authenticate> | Authenticate} create
 *
 * @typedef {((request: any) => string | Promise<string>) & { close?: () => Promise<void> }} Authenticate
 */

/** @type {Readonly<Record<string, Candidate>>} */
export const CANDIDATES = {
  byHand: {
    label: 'decode, verify, claims by hand',
    credential: 'bearer',
    create: (fixture) => fromToken(handWrittenVerifier(fixture)),
  },
  oursBearer: ours('first sight, bearer', 'bearer', { remembers: true }),
  oursCookies: ours('first sight, cookies', 'cookies', { remembers: true }),
  oursCookiesDiffer: ours('first sight, cookie sets that differ', 'cookies that differ', {
    remembers: true,
  }),
  oursPlainCookies: ours('first sight, plain cookies only', 'plain cookies', { remembers: true }),
  oursUncached: ours('`tokenCache: false`, bearer', 'bearer', { options: { tokenCache: false } }),
  oursAgainBearer: ours('1,000 tokens in turn, bearer', 'bearer', { repeated: true }),
  oursAgainCookies: ours('1,000 tokens in turn, cookies', 'cookies', { repeated: true }),
  byHandCached: {
    label: 'by hand with a Map, 1,000 tokens in turn',
    credential: 'bearer',
    repeated: true,
    create: (fixture) => fromToken(cachedHandWrittenVerifier(fixture)),
  },
  fastJwt: {
    label: 'fast-jwt',
    credential: 'bearer',
    create: (fixture) => fromToken(fastJwt(fixture, false)),
  },
  fastJwtCached: {
    label: 'fast-jwt with its cache, 1,000 tokens in turn',
    credential: 'bearer',
    repeated: true,
    create: (fixture) => fromToken(fastJwt(fixture, true)),
  },
  jose: {
    label: 'jose `jwtVerify`',
    credential: 'bearer',
    create: async ({ jwtKey, issuer }) => {
      const key = await importSPKI(jwtKey, 'RS256');
      const rules = { issuer, algorithms: ['RS256'] };
      return async ({ headers }) => {
        const { payload } = await jwtVerify(headers.authorization.slice(7), key, rules);
        return payload.sub;
      };
    },
  },
  clerkVerifyToken: {
    label: '@clerk/backend `verifyToken`',
    credential: 'bearer',
    create: ({ jwtKey }) => {
      return async ({ headers }) => {
        const claims = await verifyToken(headers.authorization.slice(7), { jwtKey });
        return claims.sub;
      };
    },
  },
  blogPost: {
    label: 'the guard of blog posts (`verifyToken`, JWKS)',
    credential: 'bearer',
    create: (fixture) => {
      const guard = new BlogPostGuard(fixture);
      return async (request) => {
        await guard.canActivate(executionContextOf(request));
        return request.user.sub;
      };
    },
  },
  passport: {
    label: '@nestjs/passport, passport-jwt, jwks-rsa',
    credential: 'bearer',
    create: (fixture) => {
      const Guard = passportGuard(fixture);
      const guard = new Guard();
      return async (request) => {
        await guard.canActivate(executionContextOf(request));
        return request.user.sub;
      };
    },
  },
  clerkRequestBearer: clerkRequest('bearer'),
  clerkRequestCookies: clerkRequest('cookies'),
  clerkExpressBearer: clerkMiddleware('bearer'),
  clerkExpressCookies: clerkMiddleware('cookies'),
};

/** The guard's real way: what Nest calls, up to the session that a handler reads. */
function ours(label, credential, { options, ...traits }) {
  return {
    label: `nestjs-clerk-auth, ${label}`,
    credential,
    ...traits,
    create: async (fixture) => {
      const { guard, close } = await createClerkContext({ ...fixture.options, ...options });
      const authenticate = (request) => {
        const admitted = guard.canActivate(executionContextOf(request));
        if (admitted === true) return sessionOf(request).userId;
        return admitted.then(() => sessionOf(request).userId);
      };
      return Object.assign(authenticate, { close });
    },
  };
}

function clerkRequest(credential) {
  return {
    label: `@clerk/backend \`authenticateRequest\`, ${credential}`,
    credential,
    create: (fixture) => {
      const options = networklessOptions(fixture);
      const clerk = createClerkClient(options);
      return async ({ headers, url }) => {
        const request = new Request(`http://${headers.host}${url}`, { headers });
        const state = await clerk.authenticateRequest(request, options);
        return state.toAuth()?.userId;
      };
    },
  };
}

function clerkMiddleware(credential) {
  return {
    label: `@clerk/express middleware, ${credential}`,
    credential,
    create: (fixture) => {
      const middleware = clerkExpress(fixture);
      const response = { appendHeader: () => response, writableEnded: false };
      return (request) =>
        new Promise((resolve, reject) => {
          middleware(Object.assign(request, { protocol: 'http' }), response, (error) =>
            error === undefined ? resolve(authOfExpress(request).userId) : reject(error),
          );
        });
    },
  };
}

function fastJwt({ jwtKey, issuer }, cache) {
  return createVerifier({ key: jwtKey, algorithms: ['RS256'], allowedIss: issuer, cache });
}

function fromToken(check) {
  return ({ headers }) => check(headers.authorization.slice(7)).sub;
}

/** The floor: one RSA-2048 check with everything prepared. @returns {(token: string) => () => boolean} */
export function bareCheck(jwtKey) {
  const key = createPublicKey(jwtKey);
  return (token) => {
    const end = token.lastIndexOf('.');
    const data = Buffer.from(token.slice(0, end));
    const signature = Buffer.from(token.slice(end + 1), 'base64url');
    return () => verify('RSA-SHA256', data, key, signature);
  };
}
