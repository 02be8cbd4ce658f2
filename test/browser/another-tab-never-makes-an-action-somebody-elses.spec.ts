import { beforeEach, expect, it } from '@jest/globals';
import { inBrowser } from './support/in-browser.js';
import { picture } from './support/picture.js';
import { sessionOfToken } from './support/session-of-token.js';
import type { Tab } from './support/tab.js';
import { useStage } from './support/use-stage.js';

const ADA = 'ada@example.com';
const BOB = 'bob@example.com';

inBrowser('a tab that was loaded as Ada, when another tab has switched to Bob meanwhile', () => {
  const stage = useStage();
  let tab: Tab;
  let ada: string;
  let bob: string;

  beforeEach(async () => {
    tab = await stage().openTab();
    await tab.signIn(BOB);
    await tab.addAccount(ADA);
    [ada, bob] = [await tab.sessionIdOf(ADA), await tab.sessionIdOf(BOB)];

    const other = await stage().openTab();
    // Clerk refreshes the cookie every few seconds in the tab that somebody looks at. Here, all tabs are looked at.
    await stage().holdTime();
    await other.switchTo(BOB);
    await stage().sessionCookieThat((cookie) => sessionOfToken(cookie) === bob);
    await tab.actsFor(ADA);
  });

  it('would read as Bob by cookie alone', async () => {
    await tab.turn('Send _clerk_session_id', false);
    expect((await tab.call('/me')).cookie.words).toContain(bob);
  });

  it('is refused when it says which session it means; its own token is still Ada’s', async () => {
    const { cookie, bearer } = await tab.call('/me');
    expect(cookie.status).toBe('401');
    expect(bearer.words).toContain(ada);
    await picture(tab, 'refused');
  });

  it('would revoke Bob by cookie alone', async () => {
    await tab.turn('Send _clerk_session_id', false);
    expect((await tab.revoke()).status).toBe('204');
    expect(stage().clerk.session(bob).status).toBe('revoked');
    expect(stage().clerk.session(ada).status).toBe('active');
  });

  it('revokes nobody when it says which session it means', async () => {
    expect((await tab.revoke()).status).toBe('401');
    expect(stage().clerk.session(bob).status).toBe('active');
    expect(stage().clerk.session(ada).status).toBe('active');
  });
});
