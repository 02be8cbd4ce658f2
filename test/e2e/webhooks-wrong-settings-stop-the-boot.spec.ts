import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Scope, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { ClerkModule, ConfigurationError } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import {
  ClerkWebhooksModule,
  OnClerkEvent,
  type ClerkWebhooksOptions,
} from 'nestjs-clerk-auth/webhooks';
import { deliver } from '../support/deliver.js';
import { EventRecorder } from '../support/event-recorder.js';
import { RecordedLog } from '../support/recorded-log.js';
import { eventOf, newSecret, SECRET, sign } from '../support/signed-delivery.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const [adapter = 'express'] = ADAPTERS;
const NAMES = ['CLERK_WEBHOOK_SIGNING_SECRET', 'CLERK_WEBHOOK_SECRET'];

let folder: string;
let clerk: LocalClerk | undefined;
const before = process.cwd();

/** In a folder without files of an environment, and without what the machine has set. */
beforeEach(() => {
  for (const name of NAMES) Reflect.deleteProperty(process.env, name);
  folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  process.chdir(folder);
});

afterEach(async () => {
  await clerk?.stop();
  clerk = undefined;
  for (const name of NAMES) Reflect.deleteProperty(process.env, name);
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

async function boot(
  imports: readonly (DynamicModule | Type)[],
  providers: readonly Provider[] = [],
): Promise<void> {
  const app = await startApp(adapter, { imports, providers });
  await app.close();
}

/** What the one error lists, without what each begins with. */
async function problemsOf(
  options: object,
  ...more: readonly (DynamicModule | Type)[]
): Promise<readonly string[]> {
  const endpoint = ClerkWebhooksModule.forRoot(options);
  const error: unknown = await boot([endpoint, ...more]).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'configuration_invalid' });
  const { problems } = error as ConfigurationError;
  return problems.map((problem) => problem.replace(/^ClerkWebhooksModule: /, ''));
}

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');

describe('secrets', () => {
  it('none: what to set', async () => {
    expect(await problemsOf({})).toEqual([
      expect.stringMatching(/^secrets is missing: set CLERK_WEBHOOK_SIGNING_SECRET/),
    ]);
    expect(await problemsOf({ secrets: [] })).toHaveLength(1);
    expect(await problemsOf({ secrets: ' , ' })).toHaveLength(1);
  });

  it('under the name that is in many tutorials: rename it', async () => {
    process.env.CLERK_WEBHOOK_SECRET = SECRET;
    expect(await problemsOf({})).toEqual([expect.stringContaining('CLERK_WEBHOOK_SECRET is set')]);
  });

  it.each([
    ['an empty key, with which anybody signs', 'whsec_', /16 to 128 bytes/],
    ['too short', `whsec_${base64(15)}`, /16 to 128 bytes/],
    ['too long', `whsec_${base64(129)}`, /16 to 128 bytes/],
    ['no base64', 'whsec_not-base64!-not-base64!', /16 to 128 bytes/],
    ["Clerk's secret key", 'sk_test_abcdefghijklmnopqrstuvwxyz', /secret key for its Backend API/],
    ['a publishable key', 'pk_test_abcdefghijklmnopqrstuvwxyz', /publishable key/],
    ['a private key', `whsk_${base64(32)}`, /private key/],
    ['a public key', `whpk_${base64(32)}`, /public key/],
    ['in quotes', `"${SECRET}"`, /in quotes/],
  ])('%s', async (_, secret, problem) => {
    const problems = await problemsOf({ secrets: secret });
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems.join('')).not.toContain(secret.slice(6, 40) || 'nothing');
  });

  it('no text', async () => {
    expect(await problemsOf({ secrets: [5] })).toEqual([expect.stringContaining('must be a text')]);
    expect(await problemsOf({ secrets: null })).toHaveLength(1);
  });

  it.each([
    ['as the Dashboard shows it', SECRET],
    ['without whsec_', SECRET.slice(6)],
    ['with space around', `  ${SECRET}\n`],
    ['the shortest', `whsec_${base64(16)}`],
    ['the longest', `whsec_${base64(128)}`],
    ['several in one text', `${SECRET},${newSecret()} ${newSecret()}`],
    ['a list', [SECRET, newSecret()]],
  ])('right: %s', async (_, secrets) => {
    await boot([ClerkWebhooksModule.forRoot({ secrets, revoke: false })]);
  });
});

describe('the environment', () => {
  async function expectAccepted(secret: string, ...imports: DynamicModule[]): Promise<void> {
    const app = await startApp(adapter, {
      imports: [ClerkWebhooksModule.forRoot(), ...imports],
      providers: [EventRecorder],
    });
    expect(await deliver(app, sign(eventOf('user.created'), { secrets: [secret] }))).toMatchObject({
      status: 200,
    });
    await app.close();
  }

  it('gives what options leave out, several by comma or space', async () => {
    const second = newSecret();
    process.env.CLERK_WEBHOOK_SIGNING_SECRET = `${SECRET}, ${second}`;
    await expectAccepted(SECRET);
    await expectAccepted(second);
  });

  it('options outrank it', async () => {
    process.env.CLERK_WEBHOOK_SIGNING_SECRET = 'wrong';
    await boot([ClerkWebhooksModule.forRoot({ secrets: SECRET, revoke: false })]);
  });

  it('files are read as ClerkModule reads them', async () => {
    clerk = await LocalClerk.start();
    const [first, second] = [newSecret(), newSecret()];
    writeFileSync('.env', `CLERK_WEBHOOK_SIGNING_SECRET=${first}`);
    writeFileSync('other.env', `CLERK_WEBHOOK_SIGNING_SECRET=${second}`);
    await expectAccepted(first);
    await expectAccepted(first, ClerkModule.forRoot({ ...clerk.options(), envFiles: ['.env'] }));
    await expectAccepted(
      second,
      ClerkModule.forRoot({ ...clerk.options(), envFiles: ['other.env'] }),
    );
    const none = ClerkModule.forRoot({ ...clerk.options(), envFiles: false });
    expect(await problemsOf({}, none)).toEqual([expect.stringContaining('secrets is missing')]);
  });
});

describe('everything else', () => {
  const right = { secrets: SECRET, revoke: false };

  it.each([
    ['path', '', /plain segments/],
    ['path', '/', /plain segments/],
    ['path', 'webhooks/:provider', /plain segments/],
    ['path', 'webhooks/*', /plain segments/],
    ['path', 'webhooks/{*rest}', /plain segments/],
    ['path', 'webhooks//clerk', /plain segments/],
    ['path', 'webhooks?clerk', /plain segments/],
    ['path', 5, /plain segments/],
    ['bodyLimit', 0, /whole number of bytes/],
    ['bodyLimit', 1.5, /whole number of bytes/],
    ['bodyLimit', Number.POSITIVE_INFINITY, /whole number of bytes/],
    ['tolerance', 0, /1000 to 2592000000 milliseconds/],
    ['tolerance', -1, /1000 to 2592000000 milliseconds/],
    ['tolerance', Number.NaN, /1000 to 2592000000 milliseconds/],
    ['tolerance', '300', /1000 to 2592000000 milliseconds/],
    ['timeout', 0, /1 to 2592000000 milliseconds/],
    ['timeout', Number.POSITIVE_INFINITY, /1 to 2592000000 milliseconds/],
    ['lease', 0, /1 to 2592000000 milliseconds/],
    ['lease', 11_999, /not be shorter than timeout/],
    ['remember', -5, /1 to 2592000000 milliseconds/],
    ['remember', null, /1 to 2592000000 milliseconds/],
    ['ledger', {}, /must be a WebhookLedger/],
    ['ledger', 'redis', /must be a WebhookLedger/],
    ['revoke', 'yes', /true or false/],
    ['revoke', true, /no ClerkModule is in reach/],
    ['decorators', 'SkipThrottle', /list of class decorators/],
    ['decorators', [5], /list of class decorators/],
    ['secret', SECRET, /secret is no option/],
  ])('%s: %p', async (name, value, problem) => {
    const problems = await problemsOf({ ...right, [name]: value });
    expect(problems).toContainEqual(expect.stringMatching(problem));
    expect(problems.join('')).not.toContain(SECRET.slice(6));
  });

  it('all at once', async () => {
    expect(
      await problemsOf({
        path: ':id',
        tolerance: 0,
        ledger: 1,
        secrets: 'sk_test_x whsec_',
        more: 1,
      }),
    ).toHaveLength(6);
  });

  it('one path twice, however it is written', async () => {
    const twice = ClerkWebhooksModule.forRoot({ ...right, path: '/Webhooks/clerk/' });
    expect(await problemsOf(right, twice)).toEqual([
      expect.stringMatching(/'webhooks\/clerk' is that of two endpoints/),
    ]);
  });

  it('the class alone, without forRoot()', async () => {
    await expect(boot([ClerkWebhooksModule])).rejects.toThrow(
      /write ClerkWebhooksModule\.forRoot\(\)/,
    );
  });

  it('what belongs beside the factory', async () => {
    const options = { ...right, path: 'elsewhere', bodyLimit: 5 } as ClerkWebhooksOptions;
    const error = await boot([
      ClerkWebhooksModule.forRootAsync({ useFactory: () => options }),
    ]).catch((reason: unknown) => reason);
    expect((error as ConfigurationError).problems).toEqual([
      expect.stringMatching(/path must stand beside the factory/),
      expect.stringMatching(/bodyLimit must stand beside the factory/),
    ]);
  });

  it('options that depend on the request', async () => {
    const module = ClerkWebhooksModule.forRootAsync({ inject: [REQUEST], useFactory: () => right });
    await expect(boot([module])).rejects.toThrow(/must not depend on the request/);
  });
});

describe('handlers', () => {
  const endpoint = (): DynamicModule =>
    ClerkWebhooksModule.forRoot({ secrets: SECRET, revoke: false });

  it.each([
    ['request-scoped', Scope.REQUEST],
    ['transient', Scope.TRANSIENT],
  ])('%s', async (word, scope) => {
    @Injectable({ scope })
    class Handlers {
      @OnClerkEvent('user.created')
      note(): void {
        // Never.
      }
    }
    await expect(boot([endpoint()], [Handlers])).rejects.toThrow(
      new RegExp(`Handlers.note has @OnClerkEvent\\(\\), but its class is ${word}`),
    );
  });

  it('scoped by what they inject', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {}
    @Injectable()
    class Handlers {
      constructor(readonly scoped: Scoped) {}
      @OnClerkEvent('user.created')
      note(): void {
        // Never.
      }
    }
    await expect(boot([endpoint()], [Scoped, Handlers])).rejects.toThrow(/is request-scoped/);
  });

  it('patterns that match nothing, and what is no method of an instance', () => {
    for (const pattern of ['', '*.created', 'user.*.x', 'user*', ' user.created', 'user..', '.*']) {
      expect(() => OnClerkEvent(pattern)).toThrow(ConfigurationError);
    }
    expect(() => (OnClerkEvent as () => unknown)()).toThrow(ConfigurationError);
    const decorate = OnClerkEvent('user.created') as (target: object, name: string) => void;
    class Handlers {
      static note(): void {
        // Never.
      }
    }
    expect(() => decorate(Handlers, 'note')).toThrow(/only methods of an instance/);
  });
});

it('without a ClerkModule all works but the ending of sessions, and the log says so', async () => {
  const said = async (revoke?: boolean): Promise<string[]> => {
    const log = new RecordedLog();
    const builder = Test.createTestingModule({
      imports: [ClerkWebhooksModule.forRoot({ secrets: SECRET, revoke })],
    });
    await (await builder.setLogger(log).compile()).close();
    return log.said('warn');
  };
  expect(await said()).toEqual([expect.stringContaining('No ClerkModule is in reach')]);
  expect(await said(false)).toEqual([]);
});
