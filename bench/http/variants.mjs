import { UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard, ClerkModule, Public } from 'nestjs-clerk-auth';
import { ClerkPagesModule } from 'nestjs-clerk-auth/pages';
import {
  authOfExpress,
  authOfFastify,
  ClerkAuthGuard,
  clerkExpress,
  clerkPlugin,
  networklessOptions,
} from '../peers/clerk.mjs';
import {
  cachedHandWrittenVerifier,
  HandWrittenGuard,
  handWrittenVerifier,
  IdleGuard,
  ThrowingGuard,
} from '../peers/hand-written.mjs';
import { passportGuard } from '../peers/passport.mjs';
import { CoalescingGuard } from '../peers/coalescing-guard.mjs';

/**
 * One way to protect `GET /me`, to be set beside the same application without protection.
 * @typedef {object} Variant
 * @property {string} label
 * @property {'fresh' | 'repeated' | 'none' | 'expired'} tokens what its requests bring
 * @property {boolean} [isPage] whether a browser asks for a page, with cookies
 * @property {number} [expected] the status of its answers; 200 unless told otherwise
 * @property {number} [share] how many of the usual number of requests; slow ones do with fewer
 * @property {(fixture: import('../support/fixture.mjs').Fixture, adapter: 'express' | 'fastify') => Parts} parts
 *
 * @typedef {object} Parts
 * @property {unknown[]} [imports]
 * @property {unknown[]} [providers]
 * @property {Function[]} [decorators] on the handler
 * @property {(app: any) => unknown} [install] what has to happen before the application listens
 */

/** @type {Readonly<Record<string, Variant>>} */
export const VARIANTS = {
  idle: {
    label: 'a guard that does nothing',
    tokens: 'repeated',
    parts: () => guardedBy(new IdleGuard()),
  },
  byHandCached: {
    label: 'by hand with a Map, 1,000 tokens in turn',
    tokens: 'repeated',
    parts: (fixture) => guardedBy(new HandWrittenGuard(cachedHandWrittenVerifier(fixture))),
  },
  oursAgain: {
    label: 'nestjs-clerk-auth, 1,000 tokens in turn',
    tokens: 'repeated',
    parts: (fixture) => ours(fixture),
  },
  sessionContext: {
    label: 'nestjs-clerk-auth with `sessionContext`, 1,000 tokens in turn',
    tokens: 'repeated',
    parts: ({ options }) => ours({ options: { ...options, sessionContext: true } }),
  },
  byHand: {
    label: 'decode, verify, claims by hand',
    tokens: 'fresh',
    parts: (fixture) => guardedBy(new HandWrittenGuard(handWrittenVerifier(fixture))),
  },
  ours: {
    label: 'nestjs-clerk-auth, first sight',
    tokens: 'fresh',
    parts: (fixture) => ours(fixture),
  },
  passport: {
    label: '@nestjs/passport, passport-jwt, jwks-rsa',
    tokens: 'fresh',
    share: 0.5,
    parts: (fixture) => guardedBy(passportGuard(fixture)),
  },
  clerk: {
    label: "Clerk's own adapter (@clerk/express, @clerk/fastify)",
    tokens: 'fresh',
    share: 0.5,
    parts: (fixture, adapter) => (adapter === 'express' ? onExpress(fixture) : onFastify(fixture)),
  },
  public: {
    label: '`@Public()` under the global guard',
    tokens: 'repeated',
    parts: (fixture) => oursEverywhere(fixture, [Public()]),
  },
  refused: {
    label: 'refused: no credential under the global guard',
    tokens: 'none',
    expected: 401,
    parts: (fixture) => oursEverywhere(fixture),
  },
  guardedCookies: {
    label: 'a guarded JSON route, by cookie, 1,000 tokens in turn',
    tokens: 'repeated',
    isPage: true,
    parts: (fixture) => ours(fixture),
  },
  page: {
    label: 'the same with `ClerkPagesModule`: a valid page',
    tokens: 'repeated',
    isPage: true,
    parts: (fixture) => withPages(fixture),
  },
  expiredPage: {
    label: 'a page with an expired token, to the redirect',
    tokens: 'expired',
    isPage: true,
    expected: 307,
    parts: (fixture) => withPages(fixture),
  },
  expiredPageOfClerk: {
    label: "the same by Clerk's own adapter",
    tokens: 'expired',
    isPage: true,
    expected: 307,
    share: 0.5,
    parts: (fixture, adapter) => (adapter === 'express' ? onExpress(fixture) : onFastify(fixture)),
  },
  refusedByHand: {
    label: 'refused: a guard that only throws `UnauthorizedException`',
    tokens: 'none',
    expected: 401,
    parts: () => guardedBy(new ThrowingGuard()),
  },
};

/** Ways to protect a route with the Backend API, for the storms. */
export const BACKEND_VARIANTS = {
  ours: { parts: (fixture) => ours(fixture) },
  coalesced: { parts: (fixture) => guardedBy(new CoalescingGuard(fixture)) },
};

function guardedBy(guard) {
  return { decorators: [UseGuards(guard)] };
}

function ours({ options }) {
  return { imports: [ClerkModule.forRoot(options)], decorators: [UseGuards(AuthGuard)] };
}

function withPages({ options }) {
  const imports = [ClerkModule.forRoot(options), ClerkPagesModule.forRoot()];
  return { imports, decorators: [UseGuards(AuthGuard)] };
}

function oursEverywhere({ options }, decorators = []) {
  const providers = [{ provide: APP_GUARD, useExisting: AuthGuard }];
  return { imports: [ClerkModule.forRoot(options)], providers, decorators };
}

function onExpress(fixture) {
  const install = (app) => app.use(clerkExpress(fixture));
  return { ...guardedBy(new ClerkAuthGuard(authOfExpress)), install };
}

function onFastify(fixture) {
  const install = (app) => app.register(clerkPlugin, networklessOptions(fixture));
  // The hook must run before the guard does, which Nest calls from the route's handler.
  return { ...guardedBy(new ClerkAuthGuard(authOfFastify)), install };
}
