import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Scope, type INestApplication, type Type } from '@nestjs/common';
import { ClerkModule, CurrentUser, RequireSession, type User } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** What several controllers inherit. */
class Profile {
  @Get('name')
  @RequireSession()
  name(@CurrentUser() user: User): unknown {
    return { id: user.id, name: user.lastName };
  }
}

/** A module with a Clerk of its own, and a controller of either scope. */
function part(clerk: LocalClerk, path: string, scope: Scope): Type {
  @Controller({ path, scope })
  class ProfileController extends Profile {}

  @Module({
    imports: [ClerkModule.forRoot({ ...clerk.options(), isGlobal: false })],
    controllers: [ProfileController],
  })
  class Part {}
  return Part;
}

describe.each(ADAPTERS)('users come from the Clerk of their module (%s)', (adapter) => {
  let shop: LocalClerk;
  let office: LocalClerk;
  let app: INestApplication;

  beforeAll(async () => {
    [shop, office] = await Promise.all([LocalClerk.start(), LocalClerk.start()]);
    shop.updateUser('ada', { lastName: 'of the shop' });
    office.updateUser('ada', { lastName: 'of the office' });
    const parts = [part(shop, 'shop', Scope.DEFAULT), part(office, 'office', Scope.REQUEST)];
    app = await startApp(adapter, { imports: parts });
  });

  afterAll(async () => {
    await app.close();
    await Promise.all([shop.stop(), office.stop()]);
  });

  const ask = async (path: string, { header }: { readonly header: string }): Promise<unknown> => {
    const { status, body } = await request(app.getHttpServer())
      .get(path)
      .set('Authorization', header);
    return [status, body];
  };

  it('also in handlers that are inherited, and in controllers made for each request', async () => {
    const [inShop, inOffice] = [shop.signIn('ada'), office.signIn('ada')];
    const told = (id: string, name: string) => [200, { id, name }];
    expect(await ask('/shop/name', inShop)).toEqual(told(inShop.userId, 'of the shop'));
    expect(await ask('/office/name', inOffice)).toEqual(told(inOffice.userId, 'of the office'));
  });

  it('and nobody of one is let in by the other', async () => {
    expect(await ask('/office/name', shop.signIn('ada'))).toEqual([401, {}]);
    expect(await ask('/shop/name', office.signIn('ada'))).toEqual([401, {}]);
  });
});
