import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SessionService } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { askRaw } from '../support/ask-raw.js';
import { expectRefused, expectUser, type Answer } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS } from '../support/start-app.js';
import { startProbe } from '../support/start-probe.js';

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let bob: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    bob = clerk.signIn('bob', { client: ada });
    app = await startProbe(adapter, clerk);
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    clerk.forgetCalls();
  });

  const CREDENTIALS = {
    'a header': () => `Authorization: ${ada.header}`,
    'a cookie': () => `Cookie: ${ada.cookie}`,
    'a suffixed cookie': () => `Cookie: ${ada.suffixedCookie}`,
  } as const;

  /** `<ada>` and `<bob>` stand for the ids of their sessions. */
  const written = (query: string): string =>
    query.replaceAll('<ada>', ada.sessionId).replaceAll('<bob>', bob.sessionId);

  const ask = (query: string, credential: string, path = '/me'): Promise<Answer> =>
    askRaw(app, `${path}?${written(query)}`, [credential]);

  const MALFORMED = [
    // The original SDK put it into a URL unchecked: CLERK-PROTOCOL.md, L1.
    '_clerk_session_id=<bob>/revoke?x=',
    '_clerk_session_id=<bob>%2Frevoke%3Fx%3D',
    '_clerk_session_id=<ada>%2Frevoke%3Fx%3D',
    '_clerk_session_id=<ada>%252Frevoke',
    '_clerk_session_id=<ada>%23',
    '_clerk_session_id=../users',
    '_clerk_session_id=..%2Fusers',
    '_clerk_session_id=%2e%2e%2Fusers',
    '_clerk_session_id=.',
    '_clerk_session_id=..',
    '_clerk_session_id=<ada>/../<bob>',
    // Emptiness never falls back to another session.
    '_clerk_session_id=',
    '_clerk_session_id',
    '_clerk_session_id=&a=1',
    '_clerk_session_id=%20',
    '_clerk_session_id=null',
    '_clerk_session_id=undefined',
    // Neither do lists, in any of the forms in which frameworks read them.
    '_clerk_session_id=<ada>&_clerk_session_id=<ada>',
    '_clerk_session_id=<ada>&_clerk_session_id=<bob>',
    '_clerk_session_id=<bob>&_clerk_session_id=<ada>',
    '_clerk_session_id=<ada>&_clerk_session_id=',
    '_clerk_session_id=<ada>&a=1&%5Fclerk_session_id=<bob>',
    '_clerk_session_id=<ada>,<bob>',
    '_clerk_session_id[]=<ada>',
    '_clerk_session_id[]=',
    '_clerk_session_id[0]=<ada>',
    '_clerk_session_id[1000]=<ada>',
    '_clerk_session_id[id]=<ada>',
    '_clerk_session_id[a][b]=<ada>',
    '_clerk_session_id[__proto__]=<ada>',
    '_clerk_session_id[=<ada>',
    '_clerk_session_id[]=<ada>&_clerk_session_id=<ada>',
    '_clerk_session_id%5B%5D=<ada>',
    '_clerk_session_id%5b0%5d=<ada>',
    '%5Fclerk_session_id[]=<ada>',
    // The name may be encoded, too.
    '%5Fclerk_session_id=..%2Fusers',
    '_clerk%5Fsession%5Fid=',
    '%5f%63%6c%65%72%6b%5f%73%65%73%73%69%6f%6e%5f%69%64=x',
    // Not an id.
    '_clerk_session_id=sess_',
    '_clerk_session_id=user_1',
    '_clerk_session_id=1',
    '_clerk_session_id=xsess_1',
    '_clerk_session_id=%20<ada>',
    '_clerk_session_id=+<ada>',
    '_clerk_session_id=<ada>%20',
    '_clerk_session_id=<ada>%0A',
    '_clerk_session_id=<ada>%0D%0AX-Y%3A1',
    '_clerk_session_id=<ada>%00',
    '_clerk_session_id=<ada>%',
    '_clerk_session_id=<ada>%E0%A4%A',
    '_clerk_session_id=<ada>%C3%A9',
    '_clerk_session_id=<ada>-1',
    '_clerk_session_id=<ada>;',
    '_clerk_session_id="<ada>"',
    '_clerk_session_id=<ada>?_clerk_session_id=<ada>',
    `_clerk_session_id=sess_${'A'.repeat(300)}`,
    `_clerk_session_id=sess_${'A'.repeat(9000)}`,
  ].map((query) => [query.slice(0, 70), query] as const);

  describe.each(Object.keys(CREDENTIALS) as (keyof typeof CREDENTIALS)[])('with %s', (where) => {
    const credential = (): string => CREDENTIALS[where]();

    it.each([
      '',
      '_clerk_session_id=<ada>',
      'a=1&_clerk_session_id=<ada>&b=2',
      '%5Fclerk_session_id=<ada>',
      '_clerk_session_id=%73ess_<rest>',
      // Other names, whatever some parsers make of them.
      'clerk_session_id=<bob>',
      '_CLERK_SESSION_ID=<bob>',
      '_clerk_session_id2=<bob>',
      'x[_clerk_session_id]=<bob>',
      'a=_clerk_session_id=<bob>',
      'a=1;_clerk_session_id=<bob>',
      'a=%26_clerk_session_id%3D<bob>',
    ])('accepts ?%s', async (query) => {
      const sent = query.replace('<rest>', ada.sessionId.slice('sess_'.length));
      expectUser(await ask(sent, credential()), ada.userId);
      expect(clerk.calls).toEqual([]);
    });

    it.each([
      '_clerk_session_id=<bob>',
      '%5Fclerk_session_id=<bob>',
      'a=1&_clerk_session_id=<bob>&b=2',
      '_clerk_session_id=<ada>A',
      '_clerk_session_id=sess_1',
      `_clerk_session_id=sess_${'A'.repeat(250)}`,
    ])('refuses ?%s, another session', async (query) => {
      expectRefused(await ask(query, credential()), 'session_mismatch');
      expect(clerk.calls).toEqual([]);
    });

    it.each(MALFORMED)('refuses ?%s, no id', async (_, query) => {
      expectRefused(await ask(query, credential()), 'session_id_malformed');
      expect(clerk.calls).toEqual([]);
    });

    it('refuses an id in capitals', async () => {
      const query = `_clerk_session_id=${ada.sessionId.replace('sess_', 'SESS_')}`;
      expectRefused(await ask(query, credential()), 'session_id_malformed');
    });

    it('reads it from the target in absolute form as well', async () => {
      const target = `http://127.0.0.1/me?${written('_clerk_session_id=<bob>')}`;
      const { status } = await askRaw(app, target, [credential()]);
      // Fastify does not route such a target.
      expect(adapter === 'express' ? [401] : [401, 404]).toContain(status);
      expect(handled).toEqual([]);
    });

    it('obeys the rule of the route', async () => {
      for (const query of ['_clerk_session_id=<bob>', '_clerk_session_id=..%2Fusers']) {
        expectUser(await ask(query, credential(), '/maybe'), null);
        expectUser(await ask(query, credential(), '/public'), null);
        const { status } = await ask(query, credential(), '/strict-maybe');
        expect({ status, handled }).toEqual({ status: 401, handled: [] });
      }
      expectUser(await ask('_clerk_session_id=<ada>', credential(), '/maybe'), ada.userId);
    });
  });

  it('signs nobody in by itself', async () => {
    expectRefused(await ask('_clerk_session_id=<ada>', 'X-Y: 1'), 'session_required');
    expectRefused(await ask('_clerk_session_id=..%2Fusers', 'X-Y: 1'), 'session_required');
    expectUser(await ask('_clerk_session_id=<ada>', CREDENTIALS['a header']()), ada.userId);
  });

  it('does not excuse a bad token', async () => {
    const forged = `Authorization: Bearer ${clerk.mint({ session: ada, key: 'foreign' })}`;
    expectRefused(await ask('_clerk_session_id=<ada>', forged), 'token_signature_invalid');
    expectRefused(await ask('_clerk_session_id=<bob>', forged), 'token_signature_invalid');
  });

  it.each(MALFORMED)('asks Clerk nothing about a client token with ?%s', async (_, query) => {
    expectRefused(await ask(query, `Cookie: ${ada.clientCookie}`), 'session_id_malformed');
    expect(clerk.calls).toEqual([]);
    expect(clerk.session(bob).status).toBe('active');
  });

  it('holds for SessionService.authenticate, which is given any request', async () => {
    const service = app.get(SessionService);
    const headers = { authorization: ada.header };
    const userAt = async (url: string): Promise<string | undefined> =>
      (await service.authenticate({ headers, url: written(url) }))?.userId;
    expect(await userAt('/me')).toBe(ada.userId);
    expect(await userAt('/me?_clerk_session_id=<ada>')).toBe(ada.userId);
    expect(await userAt('?_clerk_session_id=<ada>')).toBe(ada.userId);
    expect(await userAt('/me?_clerk_session_id=<bob>')).toBeUndefined();
    expect(await userAt('/me?_clerk_session_id=')).toBeUndefined();
    expect(await userAt(`/me?_clerk_session_id=sess_${'A'.repeat(100_000)}`)).toBeUndefined();
    // What a router rewrote is not what the caller sent.
    const originalUrl = written('/me?_clerk_session_id=<bob>');
    const moved = await service.authenticate({ headers, url: '/me', originalUrl });
    expect(moved).toBeNull();
  });
});
