import { expect, it } from '@jest/globals';
import { inBrowser } from './support/in-browser.js';
import { picture } from './support/picture.js';
import { useStage } from './support/use-stage.js';

inBrowser('Clerk’s sign-up form', () => {
  const stage = useStage();

  it('makes an account, and the API knows whoever it belongs to', async () => {
    const tab = await stage().openTab();
    const { page } = tab;
    await page.getByRole('link', { name: 'Sign up' }).click();
    await page.getByLabel('Email address').fill('carol@example.com');
    await page.getByLabel('Password', { exact: true }).fill('a-password-of-her-own');
    await picture(tab, 'sign-up');
    await page.keyboard.press('Enter');

    await tab.actsFor('carol@example.com');
    const { userId } = stage().clerk.signIn('carol');
    expect((await tab.call('/me')).cookie.words).toContain(userId);
  });
});
