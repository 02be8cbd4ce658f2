import { expect, it } from '@jest/globals';
import { inBrowser } from './support/in-browser.js';
import { picture } from './support/picture.js';
import { useStage } from './support/use-stage.js';

const ADA = 'ada@example.com';
const BOB = 'bob@example.com';

inBrowser('Ada and Bob in one browser', () => {
  const stage = useStage();

  it('are told apart, by cookie and by bearer token, whoever the tab acts for', async () => {
    const tab = await stage().openTab();
    await tab.signIn(ADA);
    await tab.press('Add another account');
    await picture(tab, 'another');
    await tab.signIn(BOB);

    for (const emailAddress of [BOB, ADA, BOB]) {
      await tab.switchTo(emailAddress);
      const { cookie, bearer } = await tab.call('/me');
      expect(cookie.words).toContain(await tab.sessionIdOf(emailAddress));
      expect(bearer).toEqual(cookie);
    }
    await picture(tab, 'both');
  });

  it('are in the user button, too', async () => {
    const tab = await stage().openTab();
    await tab.signIn(ADA);
    await tab.addAccount(BOB);

    await tab.press('Open user menu');
    const ada = tab.page.getByRole('dialog').getByRole('button', { name: 'ada' });
    await ada.waitFor();
    await picture(tab, 'user-button');
    await ada.click();
    await tab.actsFor(ADA);
    expect((await tab.call('/me')).cookie.words).toContain(await tab.sessionIdOf(ADA));
  });

  it('are chosen between with the arrow keys', async () => {
    const tab = await stage().openTab();
    await tab.signIn(ADA);
    await tab.addAccount(BOB);

    await tab.tabTo(tab.account(BOB));
    for (const [key, emailAddress] of Object.entries({ ArrowUp: ADA, ArrowDown: BOB })) {
      await tab.page.keyboard.press(key);
      await tab.actsFor(emailAddress);
      expect((await tab.callByCookie('/me')).words).toContain(await tab.sessionIdOf(emailAddress));
      await tab.tabTo(tab.account(emailAddress));
    }
  });

  it('may come through the user button, too', async () => {
    const tab = await stage().openTab();
    await tab.signIn(ADA);
    await tab.press('Open user menu');
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Add account' }).click();
    await tab.signIn(BOB);
    await tab.account(ADA).waitFor();
    expect((await tab.call('/me')).cookie.words).toContain(await tab.sessionIdOf(BOB));
  });
});
