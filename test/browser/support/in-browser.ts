import { describe } from '@jest/globals';
import { findBrowser, isBrowserRequired } from './find-browser.mjs';

/** As `describe`; skipped without a Chromium, which `say-when-skipped.mjs` says aloud, unless one is required. */
export const inBrowser =
  findBrowser() === undefined && !isBrowserRequired() ? describe.skip : describe;
