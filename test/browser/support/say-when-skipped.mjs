// After the summary of Jest, where it is seen: tests that did not run have proved nothing.
import { findBrowser, isBrowserRequired } from './find-browser.mjs';

const WARNING = `
!! THE BROWSER TESTS DID NOT RUN: no Chromium was found. !!
!! Install one (Debian: apt-get install chromium), or name one in CHROMIUM. CI has one, and runs them. !!
`;

export default function sayWhenSkipped() {
  if (findBrowser() === undefined && !isBrowserRequired()) console.error(WARNING);
}
