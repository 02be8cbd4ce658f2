import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { HandClock } from '../support/hand-clock.js';
import { PageBrowser, type Visiting } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { ADAPTERS } from '../support/start-app.js';

const HTMX = { 'sec-fetch-dest': 'empty', 'hx-request': 'true', accept: 'text/html, */*' };

describe.each(ADAPTERS)('on %s', (adapter) => {
  const clock = new HandClock();
  let clerk: LocalClerk;
  let pages: PageApp;
  let browser: PageBrowser;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: clock.now });
    pages = await startPages(adapter, clerk, { now: clock.now });
  });

  beforeEach(() => {
    clock.forward(60_000);
    browser = new PageBrowser(clock.now);
  });

  afterAll(async () => {
    await pages.app.close();
    await clerk.stop();
  });

  async function ask(path: string, { headers, ...more }: Visiting = {}) {
    const { status, headers: said } = await browser.ask(pages.at(path), {
      ...more,
      headers: { ...HTMX, ...headers },
    });
    return {
      status,
      refresh: said['hx-refresh'],
      redirect: said['hx-redirect'],
      to: said.location,
    };
  }

  it('a fragment that is refused has the page come anew, once in ten seconds', async () => {
    expect(await ask('/invoices')).toEqual({ status: 401, refresh: 'true' });
    expect(await ask('/invoices')).toEqual({ status: 401 });
    expect(await ask('/admin')).toEqual({ status: 401, refresh: 'true' });
    clock.forward(11_000);
    expect(await ask('/invoices')).toEqual({ status: 401, refresh: 'true' });
  });

  it('a boosted link becomes a navigation to its own URL', async () => {
    const headers = { 'hx-boosted': 'true' };
    const told = { status: 401, redirect: '/invoices?q=a%20b' };
    expect(await ask('/invoices?q=a%20b', { headers })).toEqual(told);
  });

  it('an expired token the same, and never a redirect', async () => {
    const ada = clerk.signIn('ada');
    const token = clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 });
    const headers = { cookie: `__session=${token}; __client_uat=1` };
    expect(await ask('/invoices', { headers })).toEqual({ status: 401, refresh: 'true' });
  });

  it('what is let in says nothing of it', async () => {
    const ada = clerk.signIn('ada');
    expect(await ask('/invoices', { headers: { cookie: ada.cookie } })).toEqual({ status: 200 });
    expect(await ask('/')).toEqual({ status: 200 });
  });

  it('no form, no Bearer, and nothing but htmx', async () => {
    expect(await ask('/invoices', { form: { a: '1' } })).toEqual({ status: 401 });
    const authorization = 'Bearer a.b.c';
    expect(await ask('/invoices', { headers: { authorization } })).toEqual({ status: 401 });
    expect(await ask('/invoices', { headers: { 'hx-request': undefined } })).toEqual({
      status: 401,
    });
    expect(
      await ask('/invoices?_clerk_session_id=x', {
        headers: { cookie: clerk.signIn('ada').cookie },
      }),
    ).toEqual({ status: 401 });
  });
});
