import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { inBrowser } from './support/in-browser.js';
import { launchBrowser } from './support/launch-browser.js';
import { picture } from './support/picture.js';
import { Stage } from './support/stage.js';

/** Nobody listens on the discard port. */
const NO_REGISTRY = 'http://127.0.0.1:9';

inBrowser('without a registry at hand', () => {
  let browser: Browser;
  let stage: Stage;
  let folder: string;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bundles-'));
    process.env.LOCAL_CLERK_BUNDLES = folder;
    process.env.npm_config_registry = NO_REGISTRY;
    stage = await Stage.open(browser);
  });

  afterEach(async () => {
    await stage.close();
    delete process.env.LOCAL_CLERK_BUNDLES;
    delete process.env.npm_config_registry;
    rmSync(folder, { recursive: true, maxRetries: 9 });
    expect(stage.complaints).toEqual([]);
  });

  afterAll(async () => {
    await browser.close();
  });

  it('the page says so, and its buttons and the curl way go on working', async () => {
    const tab = await stage.openBareTab();
    const notice = tab.page.getByRole('status').filter({ hasText: 'sign-in form is not here' });
    await notice.waitFor();
    expect(await notice.innerText()).toContain('(ECONNREFUSED)');
    await picture(tab, 'no-registry');

    expect((await tab.call('/public')).cookie.status).toBe('200');
    expect((await tab.call('/me')).cookie.status).toBe('401');
    const { sessionToken } = stage.clerk.signIn('ada');
    expect(await stage.statusWith(sessionToken)).toBe(200);
  });
});
