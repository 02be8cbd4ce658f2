import { expect, it } from '@jest/globals';
import { inBrowser } from './support/in-browser.js';
import { picture } from './support/picture.js';
import { useStage } from './support/use-stage.js';

inBrowser('with the keys of a Clerk instance', () => {
  const stage = useStage('clerk');

  it('the page loads Clerk from the instance, and signs in there', async () => {
    const tab = await stage().openTab();
    expect(await tab.page.getByText('correct-horse-battery').count()).toBe(0);
    expect(await tab.page.getByRole('switch', { name: 'Clerk’s Backend API' }).count()).toBe(0);

    await tab.signIn('ada@example.com');
    const { cookie, bearer } = await tab.call('/me');
    expect(cookie.status).toBe('200');
    expect(bearer).toEqual(cookie);
    await picture(tab, 'clerk');
  });
});
