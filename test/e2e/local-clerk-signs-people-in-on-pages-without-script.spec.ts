import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { cookieSuffixOf } from '../../src/config/publishable-key.js';
import { askAsHost } from '../support/ask-as-host.js';
import { HandClock } from '../support/hand-clock.js';
import { cookieHeader, directivesOf, goTo, shake, valueOf } from '../support/handshake.js';
import type { Shaken } from '../support/handshake.js';

const APP = 'http://127.0.0.1:3000';
const PAGE = `${APP}/invoices?q=a%20b`;

describe('LocalClerk signs people in on pages without script', () => {
  const clock = new HandClock();

  describe.each(['development', 'production'] as const)('of a %s instance', (instanceType) => {
    let clerk: LocalClerk;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ instanceType, now: clock.now, users: ['ada', '<b>&"'] });
    });

    afterAll(async () => {
      await clerk.stop();
    });

    /** A form of the page at that path, sent as a browser sends it. */
    const press = (path: string, fields: Record<string, string> = {}, cookie = '') =>
      goTo(`${clerk.url}${path}?redirect_url=${encodeURIComponent(PAGE)}`, {
        method: 'POST',
        headers: { origin: clerk.url, cookie },
        body: new URLSearchParams(fields),
      });

    const open = (path: string, cookie = '') =>
      goTo(`${clerk.url}${path}?redirect_url=${encodeURIComponent(PAGE)}`, { headers: { cookie } });

    /** Whose session a handshake tells of afterwards: in either mode with what came of the page. */
    async function sessionAfter(left: Shaken) {
      const id = new URL(left.location).searchParams.get('__clerk_db_jwt');
      const known = id === null ? {} : { __clerk_db_jwt: id };
      const cookie = cookieHeader(left.cookies);
      const shaken = await shake(clerk, { redirect_url: PAGE, ...known }, { cookie });
      const token = valueOf('__session', await directivesOf(clerk, shaken)) ?? '';
      return token === '' ? undefined : decodeJwt(token);
    }

    const backAt = ({ location }: Shaken) => location.replace(/[?&]__clerk_db_jwt=dvb_\w{27}$/, '');

    it('has a button for everybody, whatever they are called, and no script', async () => {
      const response = await request(clerk.url).get('/sign-in').query({ redirect_url: PAGE });
      expect([response.status, response.type]).toEqual([200, 'text/html']);
      expect(response.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
      expect(response.text).toContain('<button name="user" value="ada">ada</button>');
      expect(response.text).toContain('value="&lt;b&gt;&amp;&quot;">&lt;b&gt;&amp;&quot;</button>');
      expect(response.text).toContain('127.0.0.1:3000');
      expect(response.text).not.toMatch(/<script|<b>|javascript:/);
    });

    it('signs in and goes back to the page as it was written', async () => {
      const left = await press('/sign-in', { user: 'ada' });
      expect([left.status, backAt(left)]).toEqual([303, PAGE]);
      expect(left.headers.get('cache-control')).toBe('no-store');
      const { sub, azp } = (await sessionAfter(left)) ?? {};
      expect([sub, azp]).toEqual([clerk.signIn('ada').userId, APP]);
    });

    it('does so in supertest, which keeps its cookies', async () => {
      const agent = request.agent(clerk.url);
      const form = { user: 'ada', redirect_url: PAGE };
      await agent.post('/sign-in').type('form').send(form).expect(303);
      const { headers } = await agent.get('/sign-in').query({ redirect_url: PAGE }).expect(303);
      expect(headers.location).toContain(PAGE);
    });

    it('sends who is signed in straight back, and opens no second session', async () => {
      const first = await press('/sign-in', { user: 'ada' });
      const { sid } = (await sessionAfter(first)) ?? {};
      const cookie = cookieHeader(first.cookies);
      for (const path of ['/sign-in', '/sign-up']) {
        const left = await open(path, cookie);
        expect([left.status, backAt(left)]).toEqual([303, PAGE]);
        expect((await sessionAfter(left))?.sid).toBe(sid);
      }
      expect((await sessionAfter(await press('/sign-in', { user: 'ada' }, cookie)))?.sid).toBe(sid);
    });

    it('lets a second person in beside the first', async () => {
      const ada = await press('/sign-in', { user: 'ada' });
      const { sid } = (await sessionAfter(ada)) ?? {};
      const bob = await press('/sign-in', { user: 'bob' }, cookieHeader(ada.cookies));
      expect((await sessionAfter(bob))?.sub).toBe(clerk.signIn('bob').userId);
      expect(clerk.session(String(sid)).status).toBe('active');
    });

    it('signs somebody new up, and nobody by a name that is taken', async () => {
      expect((await open('/sign-up')).status).toBe(200);
      const carol = await press('/sign-up', { user: 'carol@example.org' });
      expect([carol.status, backAt(carol)]).toEqual([303, PAGE]);
      expect((await sessionAfter(carol))?.sub).toBe(clerk.signIn('carol@example.org').userId);
      expect((await press('/sign-up', { user: 'carol@example.org' })).status).toBe(422);
      expect((await press('/sign-up', { user: 'ada@example.com' })).status).toBe(422);
    });

    it('signs nobody in who is banned, and nobody without a name', async () => {
      clerk.banUser('mallory');
      for (const [user, status] of [
        ['mallory', 403],
        ['', 400],
      ] as const) {
        const left = await press('/sign-in', { user });
        expect([left.status, left.location]).toEqual([status, '']);
      }
      expect((await press('/sign-in')).status).toBe(400);
    });

    it('leads to what is still to do, and then back', async () => {
      const first = await press('/sign-in', { user: 'dora' });
      const cookie = cookieHeader(first.cookies);
      clerk.setStatus(String((await sessionAfter(first))?.sid), 'pending');
      const left = await open('/sign-in', cookie);
      const query = `redirect_url=${encodeURIComponent(PAGE).replaceAll('%20', '+')}`;
      expect([left.status, left.location]).toEqual([303, `sign-in/tasks?${query}`]);
      expect((await open('/sign-in/tasks', cookie)).status).toBe(200);
      expect((await sessionAfter(first))?.sts).toBe('pending');
      const done = await press('/sign-in/tasks', {}, cookie);
      expect([done.status, backAt(done)]).toEqual([303, PAGE]);
      expect((await sessionAfter(done))?.sts).toBe('active');
      // The token of before is of this very second, so that nothing else would tell the page that it is over.
      expect(valueOf('__session', done.cookies)).toBe('');
      expect((await open('/sign-in/tasks', cookie)).status).toBe(303);
    });

    it('signs out at the press of a button, and by no link', async () => {
      const first = await press('/sign-in', { user: 'ada' });
      const cookie = cookieHeader(first.cookies);
      const bob = await press('/sign-in', { user: 'bob' }, cookie);
      const sessions = [await sessionAfter(first), await sessionAfter(bob)];
      expect((await open('/sign-out', cookie)).status).toBe(200);
      expect(await sessionAfter(bob)).toBeDefined();
      const left = await press('/sign-out', {}, cookie);
      expect([left.status, backAt(left)]).toEqual([303, PAGE]);
      expect(await sessionAfter(left)).toBeUndefined();
      expect(sessions.map((one) => clerk.session(String(one?.sid)).status)).toContain('removed');
      expect((await open('/sign-out', cookie)).status).toBe(303);
    });

    it.each(['https://evil.example/', '//evil.example', 'javascript://localhost/%0aalert(1)', ''])(
      'leads nobody to %j',
      async (page) => {
        for (const path of ['/sign-in', '/sign-up', '/sign-out', '/sign-in/tasks']) {
          for (const name of ['redirect_url', '__clerk_redirect_url']) {
            const url = `${clerk.url}${path}?${name}=${encodeURIComponent(page)}`;
            const left = await goTo(url);
            expect([left.status, left.location]).toEqual([400, '']);
            const posted = await goTo(url, { method: 'POST', body: new URLSearchParams() });
            expect([posted.status, posted.location]).toEqual([400, '']);
          }
        }
        const form = new URLSearchParams({ user: 'ada', redirect_url: page });
        const posted = await goTo(`${clerk.url}/sign-in`, { method: 'POST', body: form });
        expect([posted.status, posted.location]).toEqual([400, '']);
      },
    );

    it('leads to the front end that it knows when nobody says where from', async () => {
      const form = new URLSearchParams({ user: 'ada' });
      const left = await goTo(`${clerk.url}/sign-in`, { method: 'POST', body: form });
      expect([left.status, backAt(left)]).toEqual([303, 'http://localhost:3000/']);
    });

    it('obeys no page from elsewhere, and no other name (DNS rebinding)', async () => {
      for (const origin of ['https://evil.example', 'null']) {
        const left = await goTo(`${clerk.url}/sign-in`, {
          method: 'POST',
          headers: { origin },
          body: new URLSearchParams({ user: 'ada' }),
        });
        expect([left.status, left.location]).toEqual([403, '']);
      }
      expect(await askAsHost(`${clerk.url}/sign-in`, 'evil.example')).toBe(403);
      expect(await askAsHost(`${clerk.url}/sign-in`, 'localhost')).toBe(200);
    });

    it('is away while the Frontend API is', async () => {
      clerk.outage(true, { frontendApi: true });
      expect((await open('/sign-in')).status).toBe(503);
      clerk.outage(false);
      expect((await open('/sign-in')).status).toBe(200);
    });
  });

  it('stays where it is when the front end is not on this machine', async () => {
    await using clerk = await LocalClerk.start({ origin: 'https://app.example.com' });
    const body = new URLSearchParams({ user: 'ada' });
    const left = await goTo(clerk.signInUrl, { method: 'POST', body });
    expect([left.status, left.location]).toEqual([200, '']);
  });

  describe('of a development instance', () => {
    let clerk: LocalClerk;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now });
    });

    afterAll(async () => {
      await clerk.stop();
    });

    const signIn = async (query: Record<string, string>, cookie = '') =>
      goTo(`${clerk.signInUrl}?${new URLSearchParams(query).toString()}`, {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams({ user: 'ada' }),
      });
    const idIn = (location: string) => new URL(location).searchParams.get('__clerk_db_jwt');

    it('says which browser it is, in the URL, before the fragment', async () => {
      const { location } = await signIn({ redirect_url: `${PAGE}#top` });
      expect(location).toMatch(/^[^?]+\?q=a%20b&__clerk_db_jwt=dvb_\w{27}#top$/);
    });

    it('knows the browser of the application by its id in the URL, or by its cookie', async () => {
      const first = idIn((await signIn({ redirect_url: PAGE })).location) ?? '';
      const named = await signIn({ redirect_url: PAGE, __clerk_db_jwt: first });
      const kept = await signIn({ redirect_url: PAGE }, `__clerk_db_jwt=${first}`);
      const suffix = cookieSuffixOf(clerk.publishableKey);
      const suffixed = await signIn({ redirect_url: PAGE }, `__clerk_db_jwt_${suffix}=${first}`);
      const known = [named, kept, suffixed].map(({ location }) => idIn(location));
      expect(known).toEqual([first, first, first]);
      const stranger = await signIn({ redirect_url: PAGE }, '__clerk_db_jwt=dvb_unknown');
      expect(idIn(stranger.location)).not.toBe(first);
    });

    it('sends a satellite at once what it wants to know: the browser’s id, and that it was told', async () => {
      const satellite = `${APP}/?a=b&__clerk_synced=false`;
      const query = new URLSearchParams({ __clerk_redirect_url: satellite }).toString();
      const stranger = await goTo(`${clerk.signInUrl}?${query}`);
      expect(stranger.status).toBe(307);
      const id = idIn(stranger.location) ?? '';
      expect(stranger.location).toBe(`${APP}/?a=b&__clerk_db_jwt=${id}&__clerk_synced=true`);
      const again = await goTo(`${clerk.signInUrl}?${query}`, {
        headers: { cookie: cookieHeader(stranger.cookies) },
      });
      expect(idIn(again.location)).toBe(id);
    });
  });

  describe('of a production instance', () => {
    let clerk: LocalClerk;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ instanceType: 'production', now: clock.now });
    });

    afterAll(async () => {
      await clerk.stop();
    });

    it('gives the browser its client, and since when things are so', async () => {
      const suffix = cookieSuffixOf(clerk.publishableKey);
      const body = new URLSearchParams({ user: 'ada', redirect_url: PAGE });
      const left = await goTo(clerk.signInUrl, { method: 'POST', body });
      expect(left.location).toBe(PAGE);
      const uat = String(Math.floor(clock.now() / 1000));
      expect(left.cookies).toEqual([
        expect.stringMatching(/^__client=clt_[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/),
        `__client_uat=${uat}; Path=/; Max-Age=31536000; SameSite=Lax`,
        `__client_uat_${suffix}=${uat}; Path=/; Max-Age=31536000; SameSite=Lax`,
      ]);
      const out = await goTo(`${clerk.url}/sign-out`, {
        method: 'POST',
        headers: { cookie: cookieHeader(left.cookies) },
      });
      expect(valueOf('__client_uat', out.cookies)).toBe('0');
    });
  });
});
