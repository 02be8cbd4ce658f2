import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpException, Logger, type ExecutionContext, type Type } from '@nestjs/common';
import {
  AcceptTokens,
  AccessDeniedException,
  AuthorityUnavailableException,
  ConfigurationError,
  OptionalSession,
  Public,
  RequireSession,
  UnauthenticatedException,
} from 'nestjs-clerk-auth';
import { AuthGuard } from '../../src/access/auth-guard.js';
import type { GuardParts } from '../../src/access/guard-parts.js';
import { OutageNotice } from '../../src/access/outage-notice.js';
import { Refusals } from '../../src/access/refuse.js';
import { RULE_WORDS, TOKENS_WORDS } from '../../src/access/word.js';
import { writtenWords } from '../../src/access/written-words.js';
import { SESSIONS_ONLY } from '../../src/session/accepted-tokens.js';
import { Lifelines } from '../../src/connections/lifelines.js';
import { Standings } from '../../src/session/standings.js';
import { AuthorityUnavailable } from '../../src/errors/authority-unavailable.js';
import { Authenticator } from '../../src/session/authenticator.js';
import type { Verdict } from '../../src/verification/verdict.js';

const SESSION: Verdict = {
  kind: 'token',
  claims: {
    sub: 'user_ada',
    sid: 'sess_ada',
    exp: 2_000_000_000,
    org_id: 'org_acme',
    org_slug: 'acme',
    org_role: 'org:admin',
  },
  remembered: false,
};
const MACHINE: Verdict = {
  kind: 'machine',
  machine: {
    type: 'api_key',
    id: 'ak_1',
    subject: 'user_ada',
    scopes: ['read'],
    claims: undefined,
    name: undefined,
    clientId: undefined,
    expireAt: undefined,
  },
};
const NOTHING = 'nothing';
const OUTAGE = new AuthorityUnavailable('away', 7);

@RequireSession({ role: 'org:admin' })
class Routes {
  fromClass(): boolean {
    return true;
  }
  @RequireSession()
  session(): boolean {
    return true;
  }
  @RequireSession({ role: 'org:owner' })
  owner(): boolean {
    return true;
  }
  @RequireSession({ organization: { param: 'orgId' } })
  organization(): boolean {
    return true;
  }
  @RequireSession({ predicate: (session) => session.userId === 'user_ada' })
  ada(): boolean {
    return true;
  }
  @RequireSession({ predicate: () => Promise.resolve(false) })
  nobody(): boolean {
    return true;
  }
  @RequireSession({ predicate: (() => 'yes') as unknown as () => boolean })
  almost(): boolean {
    return true;
  }
  @RequireSession({ live: true })
  live(): boolean {
    return true;
  }
  @RequireSession({ reverification: 'strict' })
  strict(): boolean {
    return true;
  }
  @OptionalSession()
  maybe(): boolean {
    return true;
  }
  @OptionalSession({ invalid: 'reject' })
  strictMaybe(): boolean {
    return true;
  }
  @Public()
  open(): boolean {
    return true;
  }
  @AcceptTokens('api_key')
  @RequireSession({ scope: 'read' })
  readers(): boolean {
    return true;
  }
  @AcceptTokens('api_key')
  @RequireSession({ scope: 'write' })
  writers(): boolean {
    return true;
  }
  @AcceptTokens('session_token', 'api_key')
  @RequireSession()
  sessions(): boolean {
    return true;
  }
  @AcceptTokens('session_token', 'api_key')
  @RequireSession({ scope: 'read', live: false })
  liveScope(): boolean {
    return true;
  }
  @AcceptTokens('session_token', 'api_key')
  @RequireSession({ scope: 'read', predicate: () => true })
  predicateScope(): boolean {
    return true;
  }
  @RequireSession({ organization: { slug: 'org' } })
  bySlug(): boolean {
    return true;
  }
  @RequireSession({ organization: { query: 'org' } })
  byQuery(): boolean {
    return true;
  }
  @AcceptTokens('session_token')
  sessionsOnly(): boolean {
    return true;
  }
}

class Bare {
  silent(): boolean {
    return true;
  }
  @AcceptTokens('api_key')
  machines(): boolean {
    return true;
  }
}

function contextOf(controller: Type, handler: string, params: object = {}): ExecutionContext {
  const request = { headers: {}, params, url: '/' };
  const prototype = controller.prototype as Record<string, () => void>;
  const http = { getRequest: () => request, getResponse: () => ({}), getNext: () => undefined };
  return {
    getClass: () => controller,
    getHandler: () => prototype[handler],
    getType: () => 'http',
    switchToHttp: () => http,
    getArgs: () => [request],
  } as unknown as ExecutionContext;
}

const warned: unknown[] = [];

/** A guard as Nest makes it: the parts are handed to a property. */
function guardWith(authenticator: Authenticator, refusals: Refusals, now = () => 0): AuthGuard {
  const standings = new Standings({ now, clockSkew: 0, isOver: () => false });
  const lifelines = new Lifelines({ now, timer: () => () => undefined, confirmations: undefined });
  const outages = new OutageNotice(now);
  const guardParts: GuardParts = { authenticator, standings, lifelines, refusals, outages };
  return Object.assign(new AuthGuard(), { guardParts });
}

function guardFor(
  verdict: Verdict | typeof NOTHING | AuthorityUnavailable,
  now = () => 0,
): AuthGuard {
  const authenticator = new Authenticator(
    {
      read: () =>
        verdict === NOTHING
          ? { kind: 'none' }
          : { kind: 'client_token', token: 'x', clientUat: undefined, askedSessionId: undefined },
      verify: () =>
        verdict instanceof AuthorityUnavailable ? Promise.reject(verdict) : (verdict as Verdict),
      confirm: () => Promise.resolve({ kind: 'rejected', code: 'session_not_active' }),
    },
    { always: false, fallBackToToken: false },
    { now, clockSkew: 0, isOver: () => false },
  );
  return guardWith(authenticator, new Refusals('problem'), now);
}

async function codeOn(
  handler: string,
  verdict: Verdict | typeof NOTHING | AuthorityUnavailable,
  params?: object,
  controller: Type = Routes,
): Promise<unknown> {
  try {
    return await guardFor(verdict).canActivate(contextOf(controller, handler, params));
  } catch (reason) {
    expect(reason).toBeInstanceOf(HttpException);
    const refusal = reason as UnauthenticatedException;
    return `${String(refusal.getStatus())} ${refusal.code}`;
  }
}

describe('the guard', () => {
  it.each<[string, Verdict | typeof NOTHING | AuthorityUnavailable, unknown]>([
    ['session', SESSION, true],
    ['session', NOTHING, '401 session_required'],
    ['session', MACHINE, '403 machine_not_allowed'],
    ['session', OUTAGE, '503 authority_unavailable'],
    ['session', { kind: 'rejected', code: 'token_expired' }, '401 token_expired'],
    ['fromClass', SESSION, true],
    ['fromClass', NOTHING, '401 session_required'],
    ['owner', SESSION, '403 missing_role'],
    ['ada', SESSION, true],
    ['ada', NOTHING, '401 session_required'],
    ['ada', MACHINE, '403 machine_not_allowed'],
    ['nobody', SESSION, '403 requirement_not_met'],
    ['almost', SESSION, '403 requirement_not_met'],
    ['live', SESSION, '401 session_not_active'],
    ['live', MACHINE, '403 machine_not_allowed'],
    ['strict', SESSION, '403 reverification_required'],
    ['maybe', SESSION, true],
    ['maybe', NOTHING, true],
    ['maybe', { kind: 'rejected', code: 'token_expired' }, true],
    ['strictMaybe', NOTHING, true],
    ['strictMaybe', { kind: 'rejected', code: 'token_expired' }, '401 token_expired'],
    ['open', NOTHING, true],
    ['open', { kind: 'rejected', code: 'token_expired' }, true],
    ['readers', MACHINE, true],
    ['readers', NOTHING, '401 token_required'],
    ['writers', MACHINE, '403 missing_scope'],
    ['sessions', MACHINE, '403 machine_not_allowed'],
    ['sessions', SESSION, true],
    ['sessions', NOTHING, '401 session_required'],
    ['liveScope', MACHINE, '403 machine_not_allowed'],
    ['predicateScope', MACHINE, '403 machine_not_allowed'],
  ])('of %s answers (%#)', async (handler, verdict, answer) => {
    expect(await codeOn(handler, verdict)).toBe(answer);
  });

  it('demands a session where the route says nothing, and any caller where it accepts machines', async () => {
    expect(await codeOn('silent', SESSION, {}, Bare)).toBe(true);
    expect(await codeOn('silent', NOTHING, {}, Bare)).toBe('401 session_required');
    expect(await codeOn('machines', MACHINE, {}, Bare)).toBe(true);
    expect(await codeOn('machines', NOTHING, {}, Bare)).toBe('401 token_required');
  });

  it('ties the organization to the route', async () => {
    expect(await codeOn('organization', SESSION, { orgId: 'org_acme' })).toBe(true);
    expect(await codeOn('organization', SESSION, { orgId: 'org_x' })).toBe(
      '403 wrong_organization',
    );
    expect(await codeOn('bySlug', SESSION, { org: 'acme' })).toBe(true);
    expect(await codeOn('bySlug', SESSION, { org: 'org_acme' })).toBe('403 wrong_organization');
    expect(await codeOn('byQuery', SESSION, { org: 'org_acme' })).toBe('403 wrong_organization');
  });

  it('does not even look at a public route', () => {
    const unread = new Error('Read.');
    const authenticator = new Authenticator(
      {
        read: () => {
          throw unread;
        },
        verify: () => SESSION,
        confirm: () => Promise.reject(unread),
      },
      { always: false, fallBackToToken: false },
      { now: () => 0, clockSkew: 0, isOver: () => false },
    );
    const guard = guardWith(authenticator, new Refusals('none'));
    expect(guard.canActivate(contextOf(Routes, 'open'))).toBe(true);
    expect(() => guard.canActivate(contextOf(Routes, 'maybe'))).toThrow(unread);
  });

  it('answers at once where nothing is fetched', () => {
    expect(guardFor(SESSION).canActivate(contextOf(Routes, 'session'))).toBe(true);
    expect(guardFor(OUTAGE).canActivate(contextOf(Routes, 'maybe'))).toBeInstanceOf(Promise);
  });
});

describe('what is written on a route', () => {
  const { prototype } = Routes;
  const rule = (handler: () => void) => writtenWords(handler, Routes).route;
  const acceptedTokens = (handler: () => void) => writtenWords(handler, Routes).accepted;

  it('is the handler’s word, else the class’s, else nothing', () => {
    expect(rule(prototype.fromClass)?.rule).toMatchObject({ demands: [{ kind: 'role' }] });
    expect(rule(prototype.session)).toEqual({
      rule: { kind: 'required', demands: [], machines: { kind: 'refused' } },
      live: false,
      predicate: undefined,
      organizationFrom: [],
    });
    expect(writtenWords(Bare.prototype.silent, Bare).route).toBeUndefined();
    expect(rule(prototype.live)?.live).toBe(true);
    expect(rule(prototype.owner)?.live).toBe(false);
    expect(rule(prototype.maybe)?.rule).toEqual({ kind: 'optional', invalid: 'pass' });
    const from = { place: 'param', name: 'orgId' };
    expect(rule(prototype.organization)?.organizationFrom).toEqual([from]);
  });

  it('accepts sessions only, unless it says otherwise', () => {
    expect(acceptedTokens(prototype.session)).toEqual(['session_token']);
    expect(acceptedTokens(prototype.readers)).toEqual(['api_key']);
    expect(acceptedTokens(prototype.sessions)).toEqual(['session_token', 'api_key']);
  });

  it('is the very list that is meant by sessions only, also when it is written', () => {
    expect(acceptedTokens(prototype.session)).toBe(SESSIONS_ONLY);
    expect(acceptedTokens(prototype.sessionsOnly)).toBe(SESSIONS_ONLY);
  });

  it('stands under keys that two copies of this package agree upon', () => {
    expect(RULE_WORDS).toBe('nestjs-clerk-auth:access-rule');
    expect(TOKENS_WORDS).toBe('nestjs-clerk-auth:accepted-tokens');
  });

  it('cannot be a kind of token that does not exist, nor none', () => {
    const accept = AcceptTokens as (...types: unknown[]) => unknown;
    for (const types of [[], ['jwt'], ['api_key', 'jwt'], [undefined]]) {
      expect(() => accept(...types)).toThrow(ConfigurationError);
      expect(() => accept(...types)).toThrow(
        "@AcceptTokens() takes one or more of 'session_token', 'api_key', 'm2m_token', 'oauth_token'.",
      );
    }
    expect(() => accept('api_key', 'oauth_token')).not.toThrow();
  });
});

describe('a refusal', () => {
  const refusals = new Refusals('problem');

  it('is 401 with a challenge', () => {
    const nobody = new UnauthenticatedException();
    expect([nobody.code, nobody.getStatus(), nobody.title]).toEqual([
      'session_required',
      401,
      'Unauthorized',
    ]);
    expect(nobody.headers()).toEqual({ 'WWW-Authenticate': 'Bearer' });
    const machine = refusals.unauthenticated('token_required');
    expect(machine.headers()).toEqual({ 'WWW-Authenticate': 'Bearer' });
    const expired = refusals.unauthenticated('token_expired');
    expect(expired.headers()).toEqual({ 'WWW-Authenticate': 'Bearer error="invalid_token"' });
    expect(expired.details()).toEqual({});
    expect(expired.errorBody).toBe('problem');
    expect(expired.getResponse()).toMatchObject({ statusCode: 401, code: 'token_expired' });
  });

  it('is 403 in words that Clerk’s hooks understand', () => {
    const denied = new AccessDeniedException();
    expect([denied.code, denied.getStatus(), denied.title]).toEqual([
      'access_denied',
      403,
      'Forbidden',
    ]);
    expect([denied.headers(), denied.details(), denied.errorBody]).toEqual([{}, {}, 'problem']);
    expect(new AccessDeniedException('missing_role', { errorBody: 'none' }).errorBody).toBe('none');
    const stepUp = refusals.for({
      kind: 'denied',
      code: 'reverification_required',
      reverification: 'strict',
    });
    expect(stepUp.details()).toEqual({
      clerk_error: {
        type: 'forbidden',
        reason: 'reverification-error',
        metadata: { reverification: 'strict' },
      },
    });
  });

  it('is 503 with the time that Clerk named, or ours', () => {
    const away = refusals.unavailable(OUTAGE);
    expect(away).toBeInstanceOf(AuthorityUnavailableException);
    expect([away.code, away.getStatus(), away.title]).toEqual([
      'authority_unavailable',
      503,
      'Service Unavailable',
    ]);
    expect(away.headers()).toEqual({ 'Retry-After': '7' });
    expect(away.cause).toBe(OUTAGE);
    expect(away.errorBody).toBe('problem');
    expect(refusals.unavailable(new AuthorityUnavailable('x')).headers()).toEqual({
      'Retry-After': '5',
    });
  });

  it('collects no stack, and leaves everybody else’s alone', () => {
    const limit = Error.stackTraceLimit;
    expect(refusals.unauthenticated('token_expired').stack).not.toMatch(/\n\s+at /);
    expect(Error.stackTraceLimit).toBe(limit);
    expect(new Error('x').stack).toMatch(/\n\s+at /);
  });
});

describe('an outage', () => {
  const { prototype } = Logger as unknown as {
    prototype: { warn: (this: { readonly context: string }, message: unknown) => void };
  };
  const original = prototype.warn;
  afterEach(() => {
    prototype.warn = original;
    warned.length = 0;
  });

  it('is told once a minute', async () => {
    let at = 0;
    prototype.warn = function (message) {
      warned.push([this.context, message]);
    };
    const guard = guardFor(OUTAGE, () => at);
    for (at of [0, 59_999, 60_000]) {
      expect(await guard.canActivate(contextOf(Routes, 'maybe'))).toBe(true);
    }
    const line = [
      'ClerkModule',
      'Clerk cannot be asked (away): routes with an optional session go on without one.',
    ];
    expect(warned).toEqual([line, line]);
  });
});
