import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import type { ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { startDemo, urlOf } from '../browser/support/start-demo.js';

let app: INestApplication | undefined;

afterEach(async () => {
  await app?.close();
});

async function start(options: ClerkOptions, clerk?: LocalClerk): Promise<string> {
  app = await startDemo({ options, ...(clerk === undefined ? {} : { clerk }) });
  return urlOf(app);
}

async function settingsAt(url: string): Promise<unknown> {
  return (await fetch(`${url}/page/settings`)).json();
}

async function policyAt(url: string): Promise<string> {
  return (await fetch(url)).headers.get('content-security-policy') ?? '';
}

describe('the page of the quickstart', () => {
  it('goes to the Frontend API that the publishable key names', async () => {
    await using clerk = await LocalClerk.start();
    const url = await start(clerk.options());
    expect(await settingsAt(url)).toEqual({
      kind: 'clerk',
      publishableKey: clerk.publishableKey,
      frontendApi: clerk.issuer,
      scripts: [
        '/npm/@clerk/ui@1.36.0/dist/ui.browser.js',
        '/npm/@clerk/clerk-js@6.40.0/dist/clerk.browser.js',
      ],
    });
    expect(await policyAt(url)).toContain(`script-src 'self' ${clerk.issuer} `);
    expect((await fetch(`${url}/__clerk/v1/environment`)).status).toBe(404);
  });

  it('says that it needs the key when there is none', async () => {
    await using clerk = await LocalClerk.start();
    const url = await start({ ...clerk.options(), publishableKey: undefined });
    expect(await settingsAt(url)).toEqual({ kind: 'no-key' });
  });

  it('stays on its own server with LocalClerk', async () => {
    await using clerk = await LocalClerk.start();
    const url = await start(clerk.options(), clerk);
    expect(await settingsAt(url)).toMatchObject({ kind: 'local-clerk', frontendApi: '/__clerk' });
    expect(await policyAt(url)).not.toContain('http');
  });

  it.each(['page.js', 'page.css', 'icon.svg'])('has its %s', async (name) => {
    await using clerk = await LocalClerk.start();
    expect((await fetch(`${await start(clerk.options())}/page/${name}`)).status).toBe(200);
  });

  it.each(['..%2Fsrc%2Fmain.ts', '..%2f..%2f..%2fpackage.json', '.', '%00.js', 'nothing.js'])(
    'gives nothing away under page/%s',
    async (name) => {
      await using clerk = await LocalClerk.start();
      expect((await fetch(`${await start(clerk.options())}/page/${name}`)).status).toBe(404);
    },
  );
});
