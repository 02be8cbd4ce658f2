import { describe, expect, it } from '@jest/globals';
import { PASSWORD } from '../../sample/01-quickstart/src/demo/people.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { picture } from './support/picture.js';
import { usePageStage } from './support/use-page-stage.js';

const PAGE = '/invoices?q=a%20b';

/** As few as there can be: the door asks no browser who it is that has nothing to tell. */
const HOPS = {
  development: [
    '307 /invoices',
    '200 /sign-in',
    '303 /sign-in',
    '307 /invoices',
    '307 /v1/client/handshake',
    '307 /invoices',
    '200 /invoices',
  ],
  production: [
    '307 /invoices',
    '200 /sign-in',
    '303 /sign-in',
    '307 /invoices',
    '307 /v1/client/handshake',
    '200 /invoices',
  ],
} as const;

inBrowser('a guest who opens a page that requires a session', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    describe('on LocalClerk’s page', () => {
      const stage = usePageStage({ instanceType });

      it('signs in with a button, and is on the page that was asked for', async () => {
        const tab = await stage().openTab();
        await tab.open(PAGE);
        await tab.shows('Sign in');
        await picture(tab, `sign-in-${instanceType}`);
        await tab.press('ada');
        expect(await tab.seen()).toEqual(['Invoices', stage().userId('ada')]);
        expect(tab.address).toBe(PAGE);
        expect(tab.hops).toEqual(HOPS[instanceType]);
      });

      it('is a guest where that is enough, and no way leads anywhere', async () => {
        const tab = await stage().openTab();
        expect(await tab.open('/')).toBe(200);
        expect(await tab.seen()).toEqual(['Home', 'a guest']);
        expect(tab.hops).toEqual(['200 /']);
      });

      it('signs up as somebody new', async () => {
        const tab = await stage().openTab();
        await tab.open(PAGE);
        await tab.follow('Somebody new');
        await tab.page.getByLabel('Name or e-mail address').fill('carol');
        await tab.press('Sign up');
        expect(await tab.seen()).toEqual(['Invoices', stage().userId('carol')]);
        expect(tab.address).toBe(PAGE);
      });

      it('finishes what is still to do', async () => {
        const tab = await stage().openTabAs('ada');
        stage().clerk.setStatus(await stage().sessionId(), 'pending');
        await stage().forward(120_000);
        await tab.open(PAGE);
        await tab.shows('One more thing to do');
        await tab.press('Done');
        expect(await tab.seen()).toEqual(['Invoices', stage().userId('ada')]);
        expect(tab.address).toBe(PAGE);
      });
    });

    describe('with Clerk’s form on an own page', () => {
      const stage = usePageStage({ instanceType, pages: { signInUrl: '/sign-in' } });

      it('signs in by password, and is on the page that was asked for', async () => {
        const tab = await stage().openTab();
        await tab.open(PAGE);
        await tab.page.getByLabel('Email address').fill('ada@example.com');
        await tab.page.keyboard.press('Enter');
        await tab.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
        await tab.page.keyboard.press('Enter');
        await tab.shows('Invoices');
        expect(await tab.seen()).toEqual(['Invoices', stage().userId('ada')]);
        expect(tab.address).toBe(PAGE);
      });
    });
  });
});
