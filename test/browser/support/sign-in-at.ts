import { expect } from '@jest/globals';
import type { PageStage } from './page-stage.js';
import type { PageTab } from './page-tab.js';

/** Ada signs in at a site, in a tab of her own. @returns the tab, which shows her invoices */
export async function signInAt(stage: PageStage, site: string): Promise<PageTab> {
  const tab = await stage.openTab(site);
  await tab.open('/invoices');
  await tab.press('ada');
  expect(await tab.seen()).toEqual(['Invoices', stage.userId('ada')]);
  return tab;
}
