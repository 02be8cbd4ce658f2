import { nodeResponseOf } from '../../transport/node-response.js';
import { addCookies } from '../../transport/response-cookies.js';
import type { Page } from './page.js';
import { clearedCounts } from './page-redirects.js';

/**
 * Somebody is signed in: what was counted is taken back, and no cache keeps the page. Without that the back button shows it
 * after signing out. A handler may say otherwise.
 */
export function welcome(page: Page): void {
  addCookies(page.response, clearedCounts(page));
  const raw = nodeResponseOf(page.response);
  if (raw?.headersSent === false) raw.setHeader('Cache-Control', 'private, no-store');
}
