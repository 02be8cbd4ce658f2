import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Headers, Query, type INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ClerkModule, CurrentSession, RequireSession, type Session } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { askRaw } from '../support/ask-raw.js';
import { expectDenied } from '../support/expect-denied.js';
import { expectRefused, type Answer } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const OWN = 'org_own';
const VICTIM = 'org_victim';
const WRONG = 'wrong_organization';

@Controller()
class OrganizationController {
  @Get('x')
  @RequireSession({ organization: { query: 'orgId' } })
  ofQuery(@Query('orgId') orgId: unknown): object {
    handled.push('query');
    return { orgId };
  }

  @Get('header')
  @RequireSession({ organization: { header: 'X-Org' } })
  ofHeader(@Headers('x-org') orgId: unknown): object {
    handled.push('header');
    return { orgId };
  }

  /** A name of which Node keeps the first and drops the others. */
  @Get('referer')
  @RequireSession({ organization: { header: 'Referer' } })
  ofReferer(@Headers('referer') orgId: unknown): object {
    handled.push('referer');
    return { orgId };
  }

  @Get('inherited')
  @RequireSession({ organization: { query: 'constructor' } })
  ofInherited(): object {
    handled.push('inherited');
    return {};
  }

  @Get('session')
  @RequireSession()
  ofSession(
    @CurrentSession() session: Session,
    @Query('_clerk_session_id') asked: unknown,
  ): object {
    handled.push('session');
    return { id: session.id, asked };
  }
}

interface Request {
  url: string;
}

/** What a middleware makes of the target, for targets that name what they want. */
const REWRITTEN: Readonly<Record<string, string>> = {
  '/old?orgId=org_own': '/x?orgId=org_victim',
  '/old?orgId=org_victim': '/x?orgId=org_own',
  '/of-own': '/x?orgId=org_own',
  '/of-victim': '/x?orgId=org_victim',
  '/old-session': '/session?_clerk_session_id=<bob>',
};

const SETUPS = ADAPTERS.flatMap((adapter) =>
  adapter === 'express'
    ? (['express', 'express, extended parser'] as const)
    : (['fastify', 'fastify, semicolons'] as const),
);

describe.each(SETUPS)('on %s', (setup) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let bob: SignedIn;
  let authorization: string;

  const rewrite = (request: Request): string =>
    (REWRITTEN[request.url] ?? request.url).replace('<bob>', bob.sessionId);

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    bob = clerk.signIn('bob');
    const claims = { o: { id: OWN, slg: 'own', rol: 'admin' } };
    authorization = `Authorization: Bearer ${clerk.mint({ session: ada, claims })}`;
    const imports = [ClerkModule.forRoot({ ...clerk.options(), errorBody: 'problem' })];
    app = await startApp(setup.startsWith('express') ? 'express' : 'fastify', {
      imports,
      controllers: [OrganizationController],
      fastify: () =>
        new FastifyAdapter({
          rewriteUrl: (request: { readonly url?: string | undefined }) =>
            rewrite({ url: request.url ?? '' }),
          useSemicolonDelimiter: setup === 'fastify, semicolons',
        }),
      prepare: (prepared) => {
        if (!setup.startsWith('express')) return;
        if (setup !== 'express') {
          (prepared as NestExpressApplication).set('query parser', 'extended');
        }
        prepared.use((request: Request, _response: unknown, next: () => void) => {
          request.url = rewrite(request);
          next();
        });
      },
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
  });

  const ask = (target: string, lines: readonly string[] = []): Promise<Answer> =>
    askRaw(app, target, [authorization, ...lines]);

  /** The handler ran, and it reads what the guard compared. */
  const expectOwn = ({ status, text }: Answer): void => {
    expect({ status, body: JSON.parse(text) as unknown }).toEqual({
      status: 200,
      body: { orgId: OWN },
    });
    expect(handled.splice(0)).toHaveLength(1);
  };

  it.each([
    `/x?orgId=${OWN}`,
    `/x?org%49d=${OWN}`,
    `/x?orgId=%6Frg_own`,
    `/x?a=1&orgId=${OWN}&b[]=2`,
    `/x?orgid=${VICTIM}&orgId=${OWN}`,
    `/x?z=orgId=${VICTIM}&orgId=${OWN}`,
    '/of-own',
  ])('%s is let in, and the handler reads its own organization', async (target) => {
    expectOwn(await ask(target));
  });

  it.each([
    // What the guard would read in a URL of its own, and the handler would not.
    `/x#orgId=${VICTIM}&z=?orgId=${OWN}`,
    `/x#orgId=${OWN}&z=?orgId=${VICTIM}`,
    `/x?orgId=${OWN}#orgId=${VICTIM}`,
    `/x?z=1#orgId=${VICTIM}&orgId=${OWN}`,
    `/x??orgId=${OWN}&[orgId]=${VICTIM}`,
    `/x??orgId=${OWN}`,
    `/x??orgId=${VICTIM}&orgId=${OWN}`,
    `/x?z=?orgId=${VICTIM}&orgId=${OWN}`,
    `/x;orgId=${VICTIM}?orgId=${OWN}`,
    `/x;orgId=${VICTIM}`,
    // Lists, objects and their odder forms, before and behind.
    `/x?[orgId]=${OWN}`,
    `/x?[orgId]=${VICTIM}&orgId=${OWN}`,
    `/x?orgId=${OWN}&[orgId]=${VICTIM}`,
    `/x?orgId=${OWN}&%5BorgId%5D=${VICTIM}`,
    `/x?orgId=${OWN}&orgId.x=${VICTIM}`,
    `/x?orgId[]=${OWN}`,
    `/x?orgId[0]=${OWN}`,
    `/x?orgId[id]=${OWN}`,
    `/x?orgId[__proto__]=${OWN}`,
    `/x?__proto__[orgId]=${OWN}`,
    `/x?orgId=${OWN}&orgId[]=${VICTIM}`,
    `/x?orgId=${OWN}&org%49d=${VICTIM}`,
    `/x?orgId=${OWN}&orgId=${OWN}`,
    // Nothing, or not the one.
    '/x',
    '/x?orgId',
    '/x?orgId=',
    `/x?orgId=${VICTIM}`,
    `/x?orgid=${OWN}`,
    `/x?orgId=${OWN}%00`,
    `/x?orgId=${OWN}%zz`,
    `/x?orgId=${OWN}&a=${'%zz'.repeat(6000)}`.slice(0, 15_000).concat(`&orgId=${VICTIM}`),
    // Rewritten on its way: what the handler gets is judged, and it must be what was sent.
    '/of-victim',
    `/old?orgId=${OWN}`,
    `/old?orgId=${VICTIM}`,
    '/inherited?z=1',
    '/inherited?constructor[name]=org_own',
  ])('%.70s is refused', async (target) => {
    const answer = await ask(target);
    // Adapters do not lead every spelling to the route.
    if (answer.status !== 404) expectDenied(answer, WRONG);
    expect(handled).toEqual([]);
  });

  it('a header is one and the same for both, or refused', async () => {
    for (const [path, name] of [
      ['/header', 'X-Org'],
      ['/referer', 'Referer'],
    ] as const) {
      expectOwn(await ask(path, [`${name}: ${OWN}`]));
      expectDenied(await ask(path, [`${name}: ${VICTIM}`]), WRONG);
      expectDenied(await ask(path), WRONG);
      for (const [first, second] of [
        [OWN, VICTIM],
        [VICTIM, OWN],
        [OWN, OWN],
      ] as const) {
        const lines = [`${name}: ${first}`, `${name.toLowerCase()}: ${second}`];
        expectDenied(await ask(path, lines), WRONG);
      }
    }
  });

  it('a session that is asked for is the one that the handler reads, or none', async () => {
    const bobs = bob.sessionId;
    for (const target of [
      `/session#_clerk_session_id=${bobs}`,
      `/session#_clerk_session_id=${bobs}&z=?_clerk_session_id=${ada.sessionId}`,
      `/session??_clerk_session_id=${bobs}`,
      `/session?[_clerk_session_id]=${bobs}`,
      `/session?z=1#_clerk_session_id=${bobs}`,
      `/session;_clerk_session_id=${bobs}`,
      '/old-session',
    ]) {
      const { status } = await ask(target);
      expect([401, 404]).toContain(status);
      expect(handled).toEqual([]);
    }
    expectRefused(await ask(`/session?_clerk_session_id=${bobs}`), 'session_mismatch');
    expectRefused(await ask('/old-session'), 'session_mismatch');
    const own = await ask(`/session?_clerk_session_id=${ada.sessionId}`);
    expect(JSON.parse(own.text)).toEqual({ id: ada.sessionId, asked: ada.sessionId });
  });
});
