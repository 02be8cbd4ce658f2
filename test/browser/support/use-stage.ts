import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './launch-browser.js';
import { requireBundles } from './require-bundles.js';
import { Stage, type Part } from './stage.js';

/** A stage for each test, in one browser. After each, nothing may have gone wrong in the browser. */
export function useStage(part?: Part): () => Stage {
  let browser: Browser | undefined;
  let stage: Stage | undefined;

  beforeAll(async () => {
    await requireBundles();
    browser = await launchBrowser();
  });

  beforeEach(async () => {
    if (browser !== undefined) stage = await Stage.open(browser, part);
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
