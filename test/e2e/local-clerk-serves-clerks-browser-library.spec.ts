import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalClerk } from 'nestjs-clerk-auth/testing';

const FILES = {
  'outside.js': 'outside',
  'bundles/@clerk/clerk-js@6.9.0/dist/clerk.browser.js': 'older',
  'bundles/@clerk/clerk-js@6.40.0/dist/clerk.browser.js': 'window.Clerk = "Zürich";',
  'bundles/@clerk/clerk-js@6.40.0/dist/clerk.browser.js.map': '{}',
  'bundles/@clerk/ui@1.36.0/dist/ui.css': 'a {}',
  'bundles/@clerk/ui@1.36.0/LICENSE': 'MIT',
  'bundles/plain@2.0.0/index.mjs': 'export {}',
};

describe('LocalClerk serves Clerk’s browser library', () => {
  let folder: string;
  let clerk: LocalClerk;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'local-clerk-'));
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    clerk = await LocalClerk.start({ bundles: join(folder, 'bundles') });
  });

  afterAll(async () => {
    await clerk.stop();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['@clerk/clerk-js@6.40.0/dist/clerk.browser.js', 'text/javascript; charset=utf-8'],
    ['@clerk/clerk-js@6.40.0/dist/clerk.browser.js.map', 'application/json'],
    ['@clerk/ui@1.36.0/dist/ui.css', 'text/css; charset=utf-8'],
    ['@clerk/ui@1.36.0/LICENSE', 'application/octet-stream'],
    ['plain@2.0.0/index.mjs', 'text/javascript; charset=utf-8'],
  ])('%s, to be kept for good', async (path, type) => {
    const response = await fetch(`${clerk.url}/npm/${path}`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    expect(await response.text()).toBe(FILES[`bundles/${path}` as keyof typeof FILES]);
  });

  it.each(['6', '6.40', 'latest'])('the newest version for %s, to be asked again', async (wish) => {
    const url = `${clerk.url}/npm/@clerk/clerk-js@${wish}/dist/clerk.browser.js`;
    const response = await fetch(url);
    expect(await response.text()).toBe('window.Clerk = "Zürich";');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it('an older version to who asks for it', async () => {
    const url = `${clerk.url}/npm/@clerk/clerk-js@6.9/dist/clerk.browser.js`;
    expect(await (await fetch(url)).text()).toBe('older');
  });

  it.each([
    ['a version that is not there', '@clerk/clerk-js@5/dist/clerk.browser.js'],
    ['half a version number', '@clerk/clerk-js@6.4/dist/clerk.browser.js'],
    ['a package that is not there', '@clerk/other@1/dist/index.js'],
    ['a file that is not there', '@clerk/ui@1/dist/nothing.js'],
    ['a folder', '@clerk/ui@1/dist'],
    ['no version', '@clerk/ui/dist/ui.css'],
    ['nothing', ''],
  ])('404 for %s', async (_, path) => {
    expect((await fetch(`${clerk.url}/npm/${path}`)).status).toBe(404);
  });

  it.each([
    '/npm/@clerk/ui@1.36.0/../../../outside.js',
    '/npm/@clerk/ui@1.36.0/dist/../../../../outside.js',
    '/npm/@clerk/ui@1.36.0/%2e%2e/%2e%2e/%2e%2e/outside.js',
    '/npm/@clerk/ui@1.36.0/..%2f..%2f..%2foutside.js',
    '/npm/@clerk/ui@1.36.0/..\\..\\..\\outside.js',
    '/npm/@clerk/ui@../../outside.js',
    '/npm/..@/../outside.js',
    '/npm/@clerk/ui@1.36.0//etc/passwd',
    '/npm/../outside.js',
  ])('nothing from outside: %s', async (target) => {
    expect(await answerTo(clerk, target)).not.toMatch(/^200|outside$/);
  });

  it('to nobody who wants to change something', async () => {
    const url = `${clerk.url}/npm/@clerk/ui@1/dist/ui.css`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(404);
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
  });

  it('only where it was told where it is, and says so', async () => {
    await using bare = await LocalClerk.start();
    const response = await fetch(`${bare.url}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`);
    expect([response.status, await response.text()]).toEqual([
      404,
      'This LocalClerk was started without `bundles`\n',
    ]);
  });
});

/** Status and body; `fetch` would tidy the path up. */
async function answerTo({ url }: LocalClerk, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const asking = request({ hostname, port, path: target }, (response) => {
      let body = `${String(response.statusCode)} `;
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => {
        resolve(body);
      });
    });
    asking.on('error', reject).end();
  });
}
