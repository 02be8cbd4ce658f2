import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkClient } from '@clerk/backend';
import { Controller, Get, Injectable, Module, Param, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  ClerkModule,
  ConfigurationError,
  CurrentSession,
  RequireSession,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { CLERK_CLIENT, ClerkClientModule, InjectClerkClient } from 'nestjs-clerk-auth/clerk-client';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ADAPTERS, startApp } from '../support/start-app.js';

@Injectable()
class Promotions {
  constructor(@InjectClerkClient() private readonly clerk: ClerkClient) {}

  async promote(userId: string): Promise<unknown> {
    const change = { publicMetadata: { plan: 'gold' } };
    const { publicMetadata } = await this.clerk.users.updateUserMetadata(userId, change);
    return publicMetadata;
  }
}

@Controller()
class PromotionController {
  @InjectClerkClient() private readonly clerk!: ClerkClient;

  constructor(private readonly promotions: Promotions) {}

  @Get('promote')
  @RequireSession()
  promote(@CurrentSession('userId') userId: string): Promise<unknown> {
    return this.promotions.promote(userId);
  }

  @Get('sessions/:status')
  @RequireSession()
  async sessions(
    @CurrentSession('userId') userId: string,
    @Param('status') status: 'active' | 'revoked',
  ): Promise<unknown> {
    const { totalCount } = await this.clerk.sessions.getSessionList({ userId, status });
    return { totalCount };
  }
}

// Injected by type: what is tested is the decorator of the other one.
Reflect.defineMetadata('design:paramtypes', [Promotions], PromotionController);

describe.each(ADAPTERS)('the Clerk client is made of the module’s settings (%s)', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(clerk.options()), ClerkClientModule.forRoot()],
      controllers: [PromotionController],
      providers: [Promotions],
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  const ask = (path: string, header: string): request.Test =>
    request(app.getHttpServer()).get(path).set('Authorization', header);

  it('and injected into services', async () => {
    const { status, body } = await ask('/promote', clerk.signIn('ada').header);
    expect([status, body]).toEqual([200, { plan: 'gold' }]);
  });

  it('and into properties, for all that Clerk’s API can do', async () => {
    clerk.revoke(clerk.signIn('bob'));
    const bob = clerk.signIn('bob');
    expect((await ask('/sessions/active', bob.header)).body).toEqual({ totalCount: 1 });
    expect((await ask('/sessions/revoked', bob.header)).body).toEqual({ totalCount: 1 });
  });
});

describe('the Clerk client', () => {
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const compile = (options: ClerkOptions) =>
    Test.createTestingModule({
      imports: [ClerkModule.forRoot(options), ClerkClientModule.forRoot()],
    }).compile();

  it('proves requests by the given key, without asking anybody', async () => {
    const testing = await compile({ ...clerk.options(), jwtKey: clerk.jwtKey });
    const client = testing.get<ClerkClient>(CLERK_CLIENT);
    const { header, userId } = clerk.signIn('ada');
    clerk.forgetCalls();
    const asked = new Request('http://localhost:3000/', { headers: { authorization: header } });
    const state = await client.authenticateRequest(asked);
    expect(state.toAuth()).toMatchObject({ userId });
    expect(clerk.callCount).toBe(0);
    expect(client.telemetry).toMatchObject({ isEnabled: false });
    await testing.close();
  });

  it('needs a secret key, and says so at boot', async () => {
    const boot = compile({ ...clerk.options(), jwtKey: clerk.jwtKey, secretKey: undefined });
    await expect(boot).rejects.toBeInstanceOf(ConfigurationError);
    await expect(boot).rejects.toThrow(
      'ClerkClientModule needs a secret key: set CLERK_SECRET_KEY',
    );
  });

  it('is of the instance whose module it is given', async () => {
    await using other = await LocalClerk.start();
    const modules = [clerk, other].map((each) => {
      const clerkModule = ClerkModule.forRoot({ ...each.options(), isGlobal: false });
      const forClient = { isGlobal: false, imports: [clerkModule] };
      @Module({ imports: [ClerkClientModule.forRoot(forClient)], providers: [Promotions] })
      class Part {}
      return Part;
    });
    const testing = await Test.createTestingModule({ imports: modules }).compile();
    const ids = [clerk, other].map((each) => each.signIn('ada').userId);
    const found = modules.map((each) => testing.select(each).get(Promotions, { strict: true }));
    expect(await found[0]?.promote(ids[0] ?? '')).toEqual({ plan: 'gold' });
    expect(await found[1]?.promote(ids[1] ?? '')).toEqual({ plan: 'gold' });
    await expect(found[0]?.promote(ids[1] ?? '')).rejects.toMatchObject({ status: 404 });
    await testing.close();
  });

  it('can be replaced in a test', async () => {
    const fake = { users: {} };
    const testing = await Test.createTestingModule({
      imports: [ClerkModule.forRoot(clerk.options()), ClerkClientModule.forRoot()],
    })
      .overrideProvider(CLERK_CLIENT)
      .useValue(fake)
      .compile();
    expect(testing.get(CLERK_CLIENT)).toBe(fake);
    await testing.close();
  });
});
