import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './launch-browser.js';
import { PageStage, type PageParts } from './page-stage.js';
import { requireBundles } from './require-bundles.js';

/** A stage of pages for each test, in one browser. After each, nothing may have gone wrong in the browser. */
export function usePageStage(parts?: PageParts): () => PageStage {
  let browser: Browser | undefined;
  let stage: PageStage | undefined;

  beforeAll(async () => {
    await requireBundles();
    browser = await launchBrowser();
  });

  beforeEach(async () => {
    if (browser !== undefined) stage = await PageStage.open(browser, parts);
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
