import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { AppModule } from '../../sample/05-realtime/src/app.module.js';
import { startLocalClerk } from '../../sample/05-realtime/src/local-clerk.js';
import { repository } from '../contract/support/repository.js';
import { inBrowser } from './support/in-browser.js';
import { launchBrowser } from './support/launch-browser.js';
import { urlOf } from './support/start-demo.js';

inBrowser('two people in a room over socket.io', () => {
  const environment = { ...process.env };
  let clerk: LocalClerk;
  let app: INestApplication;
  let browser: Browser;

  beforeAll(async () => {
    process.env.LOCAL_CLERK_PORT = '0';
    clerk = await startLocalClerk();
    app = await NestFactory.create(AppModule.with(clerk), { logger: false });
    await app.listen(0, '127.0.0.1');
    browser = await launchBrowser();
  });

  afterAll(async () => {
    process.env = environment;
    await browser.close();
    await app.close();
    await clerk.stop();
  });

  async function open(): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(urlOf(app));
    return page;
  }

  async function enter(name: string): Promise<Page> {
    const page = await open();
    await page.getByRole('button', { name: `I am ${name}` }).click();
    await page.getByText(`Connected as ${name}.`).waitFor();
    return page;
  }

  async function picture(page: Page, name: string): Promise<void> {
    const path = join(repository, '.cache/screenshots', `realtime--${name}.png`);
    await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  }

  it('refuses who does not sign in, and shows why', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Try without signing in' }).click();
    await page.getByText('Refused: 401 session_required.').waitFor();
    await picture(page, 'refused');
    expect(await page.getByLabel('Say something').isVisible()).toBe(false);
  });

  it('lets them talk while their tokens are renewed, and puts out the one whose session ends', async () => {
    const ada = await enter('Ada');
    const bob = await enter('Bob');
    await ada.getByText('Bob has come').waitFor();

    await ada.getByLabel('Say something').fill('Hello Bob');
    await ada.getByRole('button', { name: 'Send' }).click();
    await bob.getByText('Ada: Hello Bob').waitFor();

    // The same sockets, twice renewed.
    await Promise.all([ada, bob].map((page) => page.getByText('Token renewed: 2.').waitFor()));
    await bob.getByLabel('Say something').fill('Hello Ada');
    await bob.getByRole('button', { name: 'Send' }).click();
    await ada.getByText('Bob: Hello Ada').waitFor();
    await picture(ada, 'talking');

    await bob.getByRole('button', { name: 'End my session' }).click();
    await bob.getByText('Your session is over (session_not_active).').waitFor();
    await ada.getByText('Bob has left').waitFor();
    await picture(bob, 'over');
    expect(await ada.getByText('Connected as Ada.').isVisible()).toBe(true);
  });
});
