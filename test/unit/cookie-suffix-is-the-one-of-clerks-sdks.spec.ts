import { describe, expect, it } from '@jest/globals';
import { cookieSuffixOf, readPublishableKey } from '../../src/config/publishable-key.js';

// From Clerk's own tests of @clerk/shared, and one computed by its code.
describe('the suffix of', () => {
  it.each([
    ['pk_live_Y2xlcmsuY2xlcmsuZGV2JA', '1Z8AzTQD'],
    ['pk_test_Y2xlcmsuY2xlcmsuZGV2JA', 'QvfNY2dr'],
    ['pk_live_Y2xlcmsuaW5zcGlyZWQucHVtYS03NC5sY2wuZGV2JA', 'MqCvchyS'],
    ['pk_test_Y2xlcmsuaW5zcGlyZWQucHVtYS03NC5sY2wuZGV2JA', 'vWCgMp3A'],
    ['pk_test_ZW5vdWdoLWFscGFjYS04Mi5jbGVyay5hY2NvdW50cy5sY2xjbGVyay5jb20k', 'jtYvyt_H'],
    ['pk_test_eHh4eHh4LXhhYWFhYS1hYS5jbGVyay5hY2NvdW50cy5sY2xjbGVyay5jb20k', 'tZJdb-5s'],
    ['pk_live_Y2xlcmsuZXhhbXBsZS5jb20k', 'naoXFJnI'],
  ])('%s is %s', (key, suffix) => {
    expect(cookieSuffixOf(key)).toBe(suffix);
    expect(readPublishableKey(key)?.cookieSuffix).toBe(suffix);
  });

  it('a key depends on how it is written: padding names the same instance under another suffix', () => {
    const bare = readPublishableKey('pk_test_Y2xlcmsuY2xlcmsuZGV2JA');
    const padded = readPublishableKey('pk_test_Y2xlcmsuY2xlcmsuZGV2JA==');
    expect(padded?.frontendApi).toBe(bare?.frontendApi);
    expect(padded?.cookieSuffix).not.toBe(bare?.cookieSuffix);
  });
});
