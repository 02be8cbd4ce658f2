import { expect, it } from '@jest/globals';
import { MINUTE, SKEW } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { picture } from './support/picture.js';
import { useStage } from './support/use-stage.js';

inBrowser('while Clerk’s Backend API is down', () => {
  const stage = useStage();

  /** Clerk's library has renewed the cookie. */
  async function nextToken(): Promise<void> {
    const before = await stage().sessionCookie();
    await stage().forward(MINUTE + SKEW);
    await stage().sessionCookieThat((cookie) => cookie !== before);
  }

  it('a token whose key nobody has seen yet is 503 and not 401, until Clerk can be asked', async () => {
    const tab = await stage().openTab();
    await tab.signIn('ada@example.com');
    await tab.turnClerkOff(true);
    stage().clerk.rotateKey();
    await nextToken();

    const { cookie, bearer } = await tab.call('/me');
    expect([cookie.status, bearer.status]).toEqual(['503', '503']);
    expect(cookie.code).toBe('authority_unavailable');
    expect((await tab.call('/maybe')).cookie.words).toContain('Hello guest!');
    await picture(tab, 'unknown-key');

    await tab.turnClerkOff(false);
    await nextToken();
    expect((await tab.call('/me')).cookie.status).toBe('200');
  });

  it('a user goes on with the keys that are known, through many tokens', async () => {
    const tab = await stage().openTab();
    await tab.signIn('ada@example.com');
    expect((await tab.call('/me')).cookie.status).toBe('200');

    expect((await tab.call('/me/live')).cookie.status).toBe('200');
    await tab.turnClerkOff(true);
    const { cookie: live } = await tab.call('/me/live');
    expect([live.status, live.code]).toEqual(['503', 'authority_unavailable']);
    for (let minute = 0; minute < 3; minute += 1) {
      await nextToken();
      const { cookie, bearer } = await tab.call('/me');
      expect([cookie.status, bearer.status]).toEqual(['200', '200']);
    }
    await picture(tab, 'known-keys');
  });

  it('and the Frontend API with it, the token runs out, and the user comes back without signing in', async () => {
    const tab = await stage().openTab();
    await tab.signIn('ada@example.com');
    expect((await tab.call('/me')).cookie.status).toBe('200');

    stage().clerk.outage(true, { frontendApi: true });
    expect((await tab.call('/me')).cookie.status).toBe('200');
    await stage().forward(MINUTE + SKEW);
    expect((await tab.callByCookie('/me')).status).toBe('401');
    await tab.actsFor('ada@example.com');
    await picture(tab, 'both-down');

    stage().clerk.outage(false);
    await nextToken();
    expect((await tab.callByCookie('/me')).status).toBe('200');
  });

  it('the page says so, also where it is loaded anew', async () => {
    const tab = await stage().openTab();
    expect(await tab.isClerkOff()).toBe(false);
    await tab.turnClerkOff(true);
    const other = await stage().openTab();
    expect(await other.isClerkOff()).toBe(true);
  });
});
