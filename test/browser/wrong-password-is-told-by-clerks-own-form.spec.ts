import { expect, it } from '@jest/globals';
import { PASSWORD } from '../../sample/01-quickstart/src/demo/people.js';
import { inBrowser } from './support/in-browser.js';
import { picture } from './support/picture.js';
import { useStage } from './support/use-stage.js';

inBrowser('Clerk’s sign-in form', () => {
  const stage = useStage();

  it('says that the password is wrong, and lets in with the right one', async () => {
    const tab = await stage().openTab();
    await tab.fillIn('ada@example.com', 'battery-horse-correct');
    await tab.page.getByText('Password is incorrect').first().waitFor();
    await picture(tab, 'wrong-password');
    expect((await tab.call('/me')).cookie.status).toBe('401');

    await tab.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await tab.page.keyboard.press('Enter');
    await tab.actsFor('ada@example.com');
    expect((await tab.call('/me')).cookie.status).toBe('200');
  });

  it('says that it knows nobody of that name', async () => {
    const tab = await stage().openTab();
    await tab.page.getByLabel('Email address').fill('eve@example.com');
    await tab.page.keyboard.press('Enter');
    await tab.page.getByText('find your account').first().waitFor();
    await picture(tab, 'unknown-user');
    expect((await tab.call('/me')).cookie.status).toBe('401');
  });
});
