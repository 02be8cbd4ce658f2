import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BundleCache } from '../../sample/01-quickstart/src/demo/bundles/bundle-cache.js';
import type { Bundle } from '../../sample/01-quickstart/src/demo/bundles/clerk-bundles.js';
import { LocalRegistry } from './support/local-registry.js';

const HOUR = 60 * 60 * 1000;

describe('the cache of Clerk’s bundles', () => {
  let registry: LocalRegistry;
  let bundle: Bundle;
  let folder: string;

  beforeAll(async () => {
    registry = await LocalRegistry.start();
    const { name, version, integrity } = registry;
    bundle = { name, version, integrity, script: 'dist/script.js' };
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bundles-'));
    Object.assign(process.env, {
      npm_config_registry: registry.url,
      npm_config_cache: join(folder, 'npm'),
    });
  });

  afterEach(() => {
    delete process.env.npm_config_registry;
    delete process.env.npm_config_cache;
    rmSync(folder, { recursive: true });
  });

  afterAll(async () => {
    await registry.stop();
  });

  const cacheOf = (...bundles: Bundle[]): BundleCache =>
    new BundleCache(join(folder, 'cache'), bundles);
  const place = (): string => join(folder, 'cache', `${bundle.name}@${bundle.version}`);
  /** Workshops, and nothing else, begin with a dot. */
  const workshops = (): string[] =>
    readdirSync(join(folder, 'cache')).filter((name) => name.startsWith('.'));

  it('is filled at the first start, and not touched at the second', async () => {
    const first = cacheOf(bundle);
    expect(first.state).toEqual({ kind: 'fetching' });
    await first.fill();
    expect(first.state).toEqual({ kind: 'ready' });
    expect(readFileSync(join(place(), bundle.script), 'utf8')).toBe(registry.script);
    expect(workshops()).toEqual([]);

    const { asked } = registry;
    const second = cacheOf(bundle);
    await second.fill();
    expect(second.state).toEqual({ kind: 'ready' });
    expect(registry.asked).toBe(asked);
  });

  it('refuses other bytes than the pinned ones, and says so', async () => {
    const other = { ...bundle, integrity: `sha512-${Buffer.alloc(64).toString('base64')}` };
    const cache = cacheOf(other);
    await cache.fill();
    expect(cache.state).toEqual({
      kind: 'missing',
      reason: `The registry gave other bytes for ${bundle.name}@${bundle.version} than the ones that are pinned. They were thrown away.`,
    });
    expect(existsSync(place())).toBe(false);
    expect(workshops()).toEqual([]);
  });

  it('says when there is no registry, and is filled when there is one again', async () => {
    process.env.npm_config_registry = 'http://127.0.0.1:9';
    const cache = cacheOf(bundle);
    await cache.fill();
    expect(cache.state).toEqual({
      kind: 'missing',
      reason: `npm could not fetch ${bundle.name}@${bundle.version} (ECONNREFUSED).`,
    });

    process.env.npm_config_registry = registry.url;
    await cache.fill();
    expect(cache.state).toEqual({ kind: 'ready' });
  });

  it('is filled by two starts at once', async () => {
    const caches = [cacheOf(bundle), cacheOf(bundle)];
    await Promise.all(caches.map((cache) => cache.fill()));
    expect(caches.map(({ state }) => state.kind)).toEqual(['ready', 'ready']);
    expect(existsSync(join(place(), bundle.script))).toBe(true);
    expect(workshops()).toEqual([]);
  });

  it('forgets what an interrupted start left behind, once it is old', async () => {
    const [old, young] = ['.fetching-old', '.fetching-young'].map((name) =>
      join(folder, 'cache', name, 'package'),
    );
    for (const left of [old, young]) mkdirSync(left ?? '', { recursive: true });
    const longAgo = (Date.now() - 2 * HOUR) / 1000;
    utimesSync(join(folder, 'cache', '.fetching-old'), longAgo, longAgo);

    const cache = cacheOf(bundle);
    await cache.fill();
    expect(cache.state).toEqual({ kind: 'ready' });
    expect(workshops()).toEqual(['.fetching-young']);
  });
});
