import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { LocalClerkOptions } from 'nestjs-clerk-auth/testing';
import type { ClerkOptions } from '../../src/config/clerk-options.js';
import { readPublishableKey } from '../../src/config/publishable-key.js';
import { askAsHost } from '../support/ask-as-host.js';

const LIVE_PUBLISHABLE_KEY = 'pk_live_Y2xlcmsuY2xlcmsuZGV2JA';

describe('LocalClerk refuses what is not loopback', () => {
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  describe('where to listen', () => {
    it.each(['0.0.0.0', '::', '192.168.0.1', 'example.com', '127.0.0.1.example.com', ''])(
      'never on %j',
      async (host) => {
        await expect(LocalClerk.start({ host })).rejects.toMatchObject({
          code: 'configuration_invalid',
          message: `nestjs-clerk-auth: LocalClerk signs anybody in, so it never listens on ${host}. Use 127.0.0.1, ::1 or localhost.`,
        });
      },
    );

    it.each(['127.0.0.1', 'localhost'])('on %s', async (host) => {
      await using local = await LocalClerk.start({ host });
      expect((await fetch(local.url)).status).toBe(200);
    });
  });

  describe('which keys to take', () => {
    it.each<[string, LocalClerkOptions, string]>([
      ['a live secret key', { secretKey: 'sk_live_x' }, 'a live `secretKey`'],
      ['an original live key', { secretKey: 'live_x' }, 'a live `secretKey`'],
      ['a live publishable key', { publishableKey: LIVE_PUBLISHABLE_KEY }, 'a live `publish'],
      ['half a publishable key', { publishableKey: 'pk_test_' }, 'a malformed `publish'],
      [
        'a live publishable key, for production either',
        { instanceType: 'production', publishableKey: LIVE_PUBLISHABLE_KEY },
        'a live `publish',
      ],
      [
        'a live secret key, for production either',
        { instanceType: 'production', secretKey: 'sk_live_x' },
        'a live `secretKey`',
      ],
      [
        'a test key for production',
        { instanceType: 'production', publishableKey: 'pk_test_Y2xlcmsuY2xlcmsuZGV2JA' },
        'a test `publish',
      ],
      [
        'a third kind of instance',
        { instanceType: 'staging' as 'production' },
        '`instanceType` is neither',
      ],
      ['no lifetime', { tokenLifetime: 0 }, '`tokenLifetime` is no positive number'],
    ])('not %s', async (_, options, message) => {
      await expect(LocalClerk.start(options)).rejects.toThrow(message);
    });

    it('for production keys of its own, which are nobody’s', async () => {
      await using local = await LocalClerk.start({ instanceType: 'production' });
      expect(local.secretKey).toMatch(/^sk_live_[A-Za-z0-9]{42}$/);
      expect(readPublishableKey(local.publishableKey)).toMatchObject({
        kind: 'live',
        frontendApi: expect.stringMatching(/^clerk\.[a-z]+-[a-z]+-\d+\.example$/),
      });
    });

    it('for production a key that can be nobody’s, as given', async () => {
      const publishableKey = `pk_live_${Buffer.from('clerk.shop.test$').toString('base64url')}`;
      await using local = await LocalClerk.start({ instanceType: 'production', publishableKey });
      expect(local.issuer).toBe('https://clerk.shop.test');
    });

    it('all mistakes are told at once, and no key is', async () => {
      const secretKey = 'sk_live_hidden';
      const start = LocalClerk.start({ secretKey, publishableKey: LIVE_PUBLISHABLE_KEY });
      const told = await start.then(String, String);
      expect(told).toContain('2 settings are wrong');
      expect(told).not.toMatch(/hidden|Y2xlcms/);
    });

    it('test keys as given, else its own', async () => {
      const given = { secretKey: 'sk_test_x', publishableKey: 'pk_test_Y2xlcmsuY2xlcmsuZGV2JA' };
      await using local = await LocalClerk.start(given);
      const options: ClerkOptions = local.options();
      const place = { apiUrl: local.url, proxyUrl: local.url };
      expect(options).toEqual({ ...given, ...place, jwtKey: [], envFiles: false });
      expect(local.issuer).toBe('https://clerk.clerk.dev');

      expect(clerk.secretKey).toMatch(/^sk_test_[A-Za-z0-9]{42}$/);
      expect(readPublishableKey(clerk.publishableKey)).toMatchObject({
        kind: 'test',
        frontendApi: expect.stringMatching(/^[a-z]+-[a-z]+-\d+\.clerk\.accounts\.dev$/),
      });
    });
  });

  describe('by which name to be called (DNS rebinding)', () => {
    it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', 'x@evil'])(
      'not %j',
      async (host) => {
        expect(await askAsHost(`${clerk.url}/`, host)).toBe(403);
        expect(await askAsHost(`${clerk.url}/v1/jwks`, host)).toBe(403);
      },
    );

    it.each(['127.0.0.1', '127.9.9.9:1', 'localhost:3000', 'LOCALHOST', '[::1]:80'])(
      'but %s',
      async (host) => {
        expect(await askAsHost(`${clerk.url}/`, host)).toBe(200);
      },
    );
  });

  describe('from which page to be told what to do', () => {
    const signIn = async (headers: Record<string, string>): Promise<number> => {
      const body = JSON.stringify({ user: 'ada' });
      return (await fetch(`${clerk.url}/_local/sign-in`, { method: 'POST', headers, body })).status;
    };

    it.each(['https://evil.example', 'http://127.0.0.1.evil.example', 'null', ''])(
      'not %j',
      async (origin) => {
        expect(await signIn({ origin })).toBe(403);
      },
    );

    it.each(['http://localhost:3000', 'http://127.0.0.1:5173', 'http://[::1]'])(
      'but %s',
      async (origin) => {
        expect(await signIn({ origin })).toBe(200);
      },
    );

    it('and from no page at all, as curl does', async () => {
      expect(await signIn({})).toBe(200);
    });
  });
});
