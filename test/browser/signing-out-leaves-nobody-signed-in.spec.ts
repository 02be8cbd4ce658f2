import { expect, it } from '@jest/globals';
import { inBrowser } from './support/in-browser.js';
import { picture } from './support/picture.js';
import { useStage } from './support/use-stage.js';

inBrowser('after signing out', () => {
  const stage = useStage();

  it('a user is a stranger again, in every tab', async () => {
    const tab = await stage().openTab();
    await tab.signIn('ada@example.com');
    const other = await stage().openTab();
    await other.actsFor('ada@example.com');

    await tab.press('Sign this one out');
    for (const each of [tab, other]) {
      await each.asksToSignIn();
      const { cookie, bearer } = await each.call('/me');
      expect(cookie).toEqual({
        status: '401',
        code: 'session_required',
        words: '(no body)\nWWW-Authenticate: Bearer',
      });
      expect(bearer).toEqual(cookie);
    }
    expect(await stage().sessionCookie()).toBe('');
    await picture(tab, 'signed-out');
  });

  it('of one of two, the other one stays; of all, nobody does', async () => {
    const tab = await stage().openTab();
    await tab.signIn('ada@example.com');
    await tab.addAccount('bob@example.com');

    await tab.press('Sign this one out');
    await tab.actsFor('ada@example.com');
    expect(await tab.account('bob@example.com').count()).toBe(0);
    expect((await tab.call('/me')).cookie.status).toBe('200');

    await tab.addAccount('bob@example.com');
    await tab.press('Sign all out');
    await tab.asksToSignIn();
    expect((await tab.call('/me')).cookie.status).toBe('401');
  });
});
