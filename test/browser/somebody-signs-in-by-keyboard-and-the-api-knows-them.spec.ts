import { expect, it } from '@jest/globals';
import { PASSWORD } from '../../sample/01-quickstart/src/demo/people.js';
import { inBrowser } from './support/in-browser.js';
import { picture } from './support/picture.js';
import { useStage } from './support/use-stage.js';

inBrowser('the page of the quickstart', () => {
  const stage = useStage();

  it('shows that a guest may go where guests may go', async () => {
    const tab = await stage().openTab();
    const everybody = {
      status: '200',
      code: '',
      words: '{\n  "message": "Everybody may read this."\n}',
    };
    const guest = { status: '200', code: '', words: '{\n  "message": "Hello guest!"\n}' };
    const stranger = {
      status: '401',
      code: 'session_required',
      words: '(no body)\nWWW-Authenticate: Bearer',
    };

    expect(await tab.call('/public')).toEqual({ cookie: everybody, bearer: everybody });
    expect(await tab.call('/maybe')).toEqual({ cookie: guest, bearer: guest });
    expect(await tab.call('/me')).toEqual({ cookie: stranger, bearer: stranger });
    await expect(
      tab.page.getByRole('button', { name: 'Revoke this session' }).isDisabled(),
    ).resolves.toBe(true);
    await picture(tab, 'guest');
  });

  it('needs no mouse: Ada signs in, and all three routes know her, by cookie and by bearer token', async () => {
    const tab = await stage().openTab();
    const { page } = tab;

    await tab.tabTo(page.getByLabel('Email address'));
    await page.keyboard.type('ada@example.com');
    await page.keyboard.press('Enter');
    await tab.tabTo(page.getByLabel('Password', { exact: true }));
    await picture(tab, 'password');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await tab.actsFor('ada@example.com');

    for (const name of ['GET /public', 'GET /maybe', 'GET /me']) {
      await tab.tabTo(page.getByRole('button', { name, exact: true }));
      await page.keyboard.press('Space');
    }
    const { userId } = stage().clerk.signIn('ada');
    for (const by of ['cookie', 'bearer'] as const) {
      expect((await tab.shown('/public', by)).status).toBe('200');
      expect((await tab.shown('/maybe', by)).words).toContain(`Hello ${userId}!`);
      expect((await tab.shown('/me', by)).words).toContain(userId);
    }
    await picture(tab, 'ada');
  });

  it('has the switches at hand for the keyboard, too', async () => {
    const tab = await stage().openTab();
    // Clerk's form takes the focus when it appears.
    await tab.tabTo(tab.page.getByLabel('Email address'));
    for (const name of ['Send _clerk_session_id', 'Clerk’s Backend API is down']) {
      const control = tab.page.getByRole('switch', { name });
      const before = await control.isChecked();
      await tab.tabTo(control);
      await tab.page.keyboard.press('Space');
      expect(await control.isChecked()).toBe(!before);
    }
  });
});
