import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './launch-browser.js';
import { requireBundles } from './require-bundles.js';

/** What a test sees in a browser. */
interface Opened {
  /** What went wrong in the browser. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** One for each test, in one browser. After each, nothing may have gone wrong in the browser. */
export function useOpened<Stage extends Opened>(
  open: (browser: Browser) => Promise<Stage>,
): () => Stage {
  let browser: Browser | undefined;
  let stage: Stage | undefined;

  beforeAll(async () => {
    await requireBundles();
    browser = await launchBrowser();
  });

  beforeEach(async () => {
    if (browser !== undefined) stage = await open(browser);
  });

  afterEach(async () => {
    await stage?.close();
    expect(stage?.complaints ?? []).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
  });

  return () => {
    if (stage === undefined) throw new Error('The stage is there while a test runs.');
    return stage;
  };
}
