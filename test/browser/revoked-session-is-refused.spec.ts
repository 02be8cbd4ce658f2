import { expect, it } from '@jest/globals';
import { MINUTE, SKEW } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { picture } from './support/picture.js';
import { useStage } from './support/use-stage.js';

inBrowser('a session that is revoked while somebody is signed in', () => {
  const stage = useStage();

  it('is refused at once by the app that revoked it, and soon the form is there again', async () => {
    const tab = await stage().openTab();
    await tab.signIn('ada@example.com');
    expect((await tab.call('/me')).cookie.status).toBe('200');

    expect(await tab.revoke()).toEqual({ status: '204', code: '', words: '(no body)' });
    const { cookie, bearer } = await tab.call('/me');
    expect([cookie.status, bearer.status]).toEqual(['401', '401']);
    await picture(tab, 'revoked');

    await stage().forward(MINUTE + SKEW);
    await tab.asksToSignIn();
  });

  it('goes on for the rest of the minute when somebody else revoked it, and no longer', async () => {
    const tab = await stage().openTab();
    await tab.signIn('ada@example.com');
    const token = await stage().sessionCookie();

    stage().clerk.revoke(await tab.sessionIdOf('ada@example.com'));
    expect((await tab.call('/me')).cookie.status).toBe('200');

    await stage().forward(MINUTE + SKEW);
    await tab.asksToSignIn();
    expect((await tab.call('/me')).cookie.status).toBe('401');
    expect(await stage().statusWith(token)).toBe(401);
  });
});
