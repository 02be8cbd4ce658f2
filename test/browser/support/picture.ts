import { basename, join } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { repository } from '../../contract/support/repository.js';

const FOLDER = join(repository, '.cache/screenshots');
const SIZES = {
  phone: { width: 375, height: 812 },
  desktop: { width: 1280, height: 900 },
} as const;

/** Keeps what the page looks like, for people to look at. */
export async function picture({ page }: { readonly page: Page }, name: string): Promise<void> {
  const spec = basename(expect.getState().testPath ?? '', '.spec.ts');
  for (const [device, size] of Object.entries(SIZES)) {
    await page.setViewportSize(size);
    const path = join(FOLDER, `${spec}--${name}--${device}.png`);
    await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  }
}
