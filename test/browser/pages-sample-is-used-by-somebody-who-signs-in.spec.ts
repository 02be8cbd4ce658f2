import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { Browser, Page } from 'playwright-core';
import { AppModule } from '../../sample/07-pages/src/app.module.js';
import { startLocalClerk } from '../../sample/07-pages/src/local-clerk.js';
import { showViews } from '../../sample/07-pages/src/show-views.js';
import { inBrowser } from './support/in-browser.js';
import { launchBrowser, USER_AGENT } from './support/launch-browser.js';
import { picture } from './support/picture.js';
import { requireBundles } from './support/require-bundles.js';
import { urlOf } from './support/start-demo.js';
import { watch } from './support/watch.js';

inBrowser('the sample of pages', () => {
  const environment = { ...process.env };
  let clerk: LocalClerk;
  let app: NestExpressApplication;
  let browser: Browser;

  beforeAll(async () => {
    process.env.LOCAL_CLERK_PORT = '0';
    await requireBundles();
    clerk = await startLocalClerk(0);
    app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: false });
    showViews(app);
    await app.listen(0, '127.0.0.1');
    browser = await launchBrowser();
  });

  afterAll(async () => {
    process.env = environment;
    await browser.close();
    await app.close();
    await clerk.stop();
  });

  async function open(): Promise<{ page: Page; complaints: readonly string[] }> {
    const context = await browser.newContext({ userAgent: USER_AGENT });
    const complaints = watch(context, [urlOf(app), clerk.url]);
    return { page: await context.newPage(), complaints };
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });

  it('takes somebody from the guests’ page through Clerk’s form to an invoice of theirs, and out', async () => {
    const { page, complaints } = await open();
    await page.goto(urlOf(app));
    await heading(page, 'Invoices in good order').waitFor();
    await picture({ page }, 'guest');

    await page.getByRole('link', { name: 'To your invoices' }).click();
    await page.getByLabel('Email address').fill('ada@example.com');
    await picture({ page }, 'sign-in');
    await page.keyboard.press('Enter');
    await page.getByLabel('Password', { exact: true }).fill('correct-horse-battery');
    await page.keyboard.press('Enter');
    await heading(page, 'Invoices').waitFor();

    await page.getByLabel('Customer').fill('Mary Somerville');
    await page.getByLabel('Euros').fill('99.50');
    await page.getByRole('button', { name: 'Add invoice' }).click();
    await page.getByRole('link', { name: 'Mary Somerville' }).click();
    // A part of the same page.
    await heading(page, 'Invoice 3').waitFor();
    expect(page.url()).toBe(`${urlOf(app)}/invoices`);
    await picture({ page }, 'invoice');

    await page.getByRole('link', { name: 'Acme' }).click();
    await heading(page, 'Team acme').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Invoices in good order').waitFor();
    expect(complaints).toEqual([]);
  });

  it('asks to sign in whose session was revoked, and tells members of another team that they are none', async () => {
    const { page, complaints } = await open();
    await page.goto(`${clerk.signInUrl}?redirect_url=${urlOf(app)}/invoices`);
    await page.getByRole('button', { name: 'ada' }).click();
    await heading(page, 'Invoices').waitFor();
    await page.goto(`${urlOf(app)}/teams/umbrella`);
    await heading(page, 'Not for you').waitFor();
    await picture({ page }, 'not-for-you');
    expect(complaints).toEqual([`403 for ${urlOf(app)}/teams/umbrella`]);

    clerk.banUser('ada');
    await page.context().clearCookies({ name: /^__session/ });
    await page.goto(`${urlOf(app)}/invoices`);
    await page.getByLabel('Email address').waitFor();
    expect(page.url()).toMatch(/\/sign-in\?redirect_url=/);
    expect(complaints).toHaveLength(1);
  });
});
