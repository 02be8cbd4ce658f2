import { expect, it } from '@jest/globals';
import { inBrowser } from './support/in-browser.js';
import { MINUTE, SKEW } from './support/clock.js';
import { useStage } from './support/use-stage.js';

inBrowser('a session token', () => {
  const stage = useStage();

  it('runs out after a minute; by then Clerk has put the next one into the cookie', async () => {
    const tab = await stage().openTab();
    await tab.signIn('ada@example.com');
    const first = await stage().sessionCookie();
    expect(await stage().statusWith(first)).toBe(200);

    await stage().forward(MINUTE + SKEW);
    const second = await stage().sessionCookieThat((cookie) => cookie !== first);
    expect(await stage().statusWith(first)).toBe(401);
    expect(await stage().statusWith(second)).toBe(200);

    const { cookie, bearer } = await tab.call('/me');
    expect(cookie.status).toBe('200');
    expect(bearer).toEqual(cookie);
  });
});
