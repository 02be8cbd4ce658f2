import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplication, Type } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { startApp } from '../support/start-app.js';
import { readDocument } from './support/documents.js';
import { repository } from './support/repository.js';

/** What each "after" of docs/migrate.md exports. */
type Exports = Readonly<Record<string, Type>>;

const AFTER = [
  'bearer.controller.ts',
  'cookie.controller.ts',
  'passport.controller.ts',
  'user.controller.ts',
  'express.module.ts',
  'notes.controller.ts',
];

describe('what docs/migrate.md puts in the place of', () => {
  const cache = join(repository, '.cache');
  let folder: string;
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'migrate-'));
    const blocks = readDocument('docs/migrate.md').blocks;
    expect(AFTER.filter((name) => !blocks.some(({ file }) => file === name))).toEqual([]);
    const written: Record<string, Type> = {};
    for (const name of AFTER) {
      const path = join(folder, name);
      writeFileSync(path, blocks.find(({ file }) => file === name)?.code ?? '');
      Object.assign(written, (await import(path)) as Exports);
    }
    const { ShopModule, ShopController, ...controllers } = written;
    expect(ShopController).toBeDefined();
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    app = await startApp('express', {
      imports: [ClerkModule.forRoot({ ...clerk.options(), audit: 'strict' }), ShopModule!],
      controllers: Object.values(controllers),
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
  });

  const ask = (path: string): request.Test => request(app.getHttpServer() as never).get(path);

  it('verifyToken and the header', async () => {
    await ask('/orders').expect(401);
    await ask('/orders').set('authorization', ada.header).expect(200, { ordersOf: ada.userId });
  });

  it('verifyToken and the cookie', async () => {
    await ask('/profile').expect(401);
    await ask('/profile').set('cookie', ada.cookie).expect(200, { profileOf: ada.userId });
    await ask('/profile').set('cookie', ada.suffixedCookie).expect(200);
  });

  it('passport-jwt with jwks-rsa', async () => {
    const remove = (as: SignedIn): request.Test =>
      request(app.getHttpServer() as never)
        .delete('/members/7')
        .set('authorization', as.header);
    await remove(ada).expect(403);
    const admin = clerk.signIn('bob', { organization: { slug: 'acme', role: 'org:admin' } });
    await remove(admin).expect(200, { removed: '7' });
  });

  it('passport-custom', async () => {
    await ask('/whoami').expect(401);
    await ask('/whoami').set('authorization', ada.header).expect(200, { id: ada.userId });
  });

  it('@clerk/express', async () => {
    await ask('/shop').expect(200, { greeting: 'guest' });
    await ask('/shop').set('cookie', ada.cookie).expect(200, { greeting: ada.userId });
    await ask('/shop/health').expect(200, { ok: true });
    clerk.outage(true);
    await ask('/shop').set('cookie', ada.clientCookie).expect(200, { greeting: 'guest' });
    await ask('/notes').set('cookie', ada.clientCookie).expect(503);
    clerk.outage(false);
  });

  it('nestjs-clerk and its like', async () => {
    await ask('/notes').expect(401);
    await ask('/notes').set('authorization', ada.header).expect(200, { notesOf: ada.userId });
  });
});
