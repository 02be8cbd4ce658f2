import { delimiter, join } from 'node:path';
import { isProgram } from '../../support/is-program.mjs';

/** Debian's name first; then what others call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The program that `CHROMIUM` names, else the first Chromium on the PATH; `undefined` when there is none. */
export function findBrowser() {
  const { CHROMIUM = '', PATH = '' } = process.env;
  const onPath = NAMES.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)));
  return (CHROMIUM === '' ? onPath : [CHROMIUM]).find(isProgram);
}

/** Whether the tests are to fail without a browser, as they do in `.ci/run`. Else they are skipped. */
export function isBrowserRequired() {
  return process.env.CI_BROWSER === 'required';
}
