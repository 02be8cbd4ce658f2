import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { findBrowser } from './find-browser.mjs';

/** Nothing leaves this machine, not even by mistake: no other name leads anywhere. */
const LOOPBACK_ONLY = 'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1';

const SWITCHES = [
  // Containers have no user namespaces to build a sandbox from.
  '--no-sandbox',
  // clerk-js swallows errors when it notices that nobody sits in front of it; see also USER_AGENT.
  '--disable-blink-features=AutomationControlled',
  '--disable-background-networking',
  `--host-resolver-rules=${LOOPBACK_ONLY}`,
];

/** As somebody's own browser says it, without the word "Headless". */
export const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

/** With a profile of its own, which is thrown away in the end. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: requireBrowser(), args: SWITCHES });
}

/**
 * A browser in which somebody has changed the settings. It ends with its only context.
 *
 * @param profile an empty directory
 */
export async function launchWithPreferences(
  profile: string,
  preferences: object,
): Promise<BrowserContext> {
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  const executablePath = requireBrowser();
  const options = { executablePath, args: SWITCHES, userAgent: USER_AGENT };
  return chromium.launchPersistentContext(profile, options);
}

function requireBrowser(): string {
  const found = findBrowser();
  if (found !== undefined) return found;
  throw new Error(
    'No Chromium was found. Install one (Debian: apt-get install chromium), or name it in CHROMIUM.',
  );
}
