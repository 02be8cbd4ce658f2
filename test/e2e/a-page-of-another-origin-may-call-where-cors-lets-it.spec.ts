import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard, ClerkModule } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { handled, ProbeController } from '../support/probe-controller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const PAGE = 'https://app.example.com';

const PREFLIGHT = {
  method: 'OPTIONS',
  headers: {
    origin: PAGE,
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  },
};

describe.each(ADAPTERS)('on %s, with a guard before everything', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let open: INestApplication;
  let closed: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    const parts = {
      imports: [ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey })],
      controllers: [ProbeController],
      providers: [{ provide: APP_GUARD, useExisting: AuthGuard }],
    };
    // As docs/guide/start.md has it.
    const prepare = (app: INestApplication): void => {
      app.enableCors({ origin: [PAGE], credentials: true });
    };
    [open, closed] = await Promise.all([
      startApp(adapter, { ...parts, prepare }),
      startApp(adapter, parts),
    ]);
  });

  beforeEach(() => {
    handled.length = 0;
  });

  afterAll(async () => {
    await Promise.all([open.close(), closed.close()]);
    await clerk.stop();
  });

  const ask = async (app: INestApplication, init: RequestInit): Promise<Response> =>
    fetch(`${await app.getUrl()}/me`, init);

  /** What a browser goes by. */
  const allowed = ({ headers }: Response): (string | null)[] =>
    ['access-control-allow-origin', 'access-control-allow-credentials'].map((name) =>
      headers.get(name),
    );

  it('the question before the question needs no session, and runs no handler', async () => {
    const answer = await ask(open, PREFLIGHT);
    expect(answer.status).toBe(204);
    expect(allowed(answer)).toEqual([PAGE, 'true']);
    expect(answer.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
    expect(handled).toEqual([]);
  });

  it('the header is let in', async () => {
    const answer = await ask(open, { headers: { origin: PAGE, authorization: ada.header } });
    expect([answer.status, ...allowed(answer)]).toEqual([200, PAGE, 'true']);
    expect(handled).toEqual(['me']);
  });

  it('a refusal can be read by the page, and is no failure of the network', async () => {
    const nothing = await ask(open, { headers: { origin: PAGE } });
    expect([nothing.status, ...allowed(nothing)]).toEqual([401, PAGE, 'true']);
    const wrong = await ask(open, { headers: { origin: PAGE, authorization: 'Bearer undefined' } });
    expect([wrong.status, ...allowed(wrong)]).toEqual([401, PAGE, 'true']);
    expect(handled).toEqual([]);
  });

  it('without enableCors() no browser lets the page call', async () => {
    const before = await ask(closed, PREFLIGHT);
    expect([before.ok, ...allowed(before)]).toEqual([false, null, null]);
    const answer = await ask(closed, { headers: { origin: PAGE, authorization: ada.header } });
    expect([answer.status, ...allowed(answer)]).toEqual([200, null, null]);
  });
});
