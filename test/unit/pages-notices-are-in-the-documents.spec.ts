import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { PageNotices, type Blocked } from '../../src/doors/pages/page-notices.js';
import { RecordedLog } from '../support/recorded-log.js';

const TROUBLESHOOTING = readFileSync(
  new URL('../../docs/troubleshooting.md', import.meta.url),
  'utf8',
);

/** Each reason, so that a new one is a line in the document as well. */
const REASONS: Readonly<Record<Blocked, true>> = {
  origin_unknown: true,
  origin_not_authorized: true,
  handshakes_in_a_row: true,
  sign_ins_in_a_row: true,
  no_cookies: true,
  sign_in_page_guarded: true,
};

it('what the log says of pages is explained, in its own words', () => {
  const quoted = [...TROUBLESHOOTING.matchAll(/^\| "([^"]+)" /gm)].map(([, words = '']) => words);
  const log = new RecordedLog().listen();
  const notices = new PageNotices(() => 0);
  for (const reason of Object.keys(REASONS) as Blocked[]) notices.warn(reason);
  const lines = log.said('warn');
  expect(lines).toHaveLength(quoted.length);
  for (const [at, words] of quoted.entries()) expect(lines[at]).toContain(words);
});
