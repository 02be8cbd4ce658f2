import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Module,
  UseGuards,
  type DynamicModule,
  type INestApplication,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard, ClerkModule, RequireSession } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

let staff: LocalClerk;
let customers: LocalClerk;
let log: RecordedLog;
let app: INestApplication | undefined;

const keyOf = (host: string): string => `pk_test_${btoa(`${host}$`)}`;
const STAFF = 'clerk.staff.example.com';
const CUSTOMERS = 'clerk.customers.example.com';

beforeEach(async () => {
  staff = await LocalClerk.start({ publishableKey: keyOf(STAFF) });
  customers = await LocalClerk.start({ publishableKey: keyOf(CUSTOMERS) });
});

afterEach(async () => {
  await app?.close();
  app = undefined;
  await staff.stop();
  await customers.stop();
});

const clerkModule = (clerk: LocalClerk, isGlobal: boolean): DynamicModule =>
  ClerkModule.forRoot({ ...clerk.options(), isGlobal });

@Controller('handler')
class ByHandler {
  @Get()
  @RequireSession()
  get(): string {
    return 'handled';
  }
}

@Controller('class')
@UseGuards(AuthGuard)
class ByClass {
  @Get()
  get(): string {
    return 'handled';
  }
}

@Controller('shared')
@UseGuards(AuthGuard)
class BehindShared extends ByClass {}

@Controller('bare')
class Bare {
  @Get()
  get(): string {
    return 'handled';
  }
}

function feature(imports: DynamicModule[], ...controllers: Type[]): DynamicModule {
  @Module({})
  class FeatureModule {}
  return { module: FeatureModule, imports, controllers };
}

const SEVERAL = 'Several ClerkModules are global';
const STRAY = 'There are several Clerk instances';

describe.each(ADAPTERS)('on %s', (adapter) => {
  const warnings = async (
    imports: DynamicModule[],
    providers: Provider[] = [],
  ): Promise<readonly string[]> => {
    app = await startApp(adapter, {
      imports,
      providers,
      prepare: () => (log = new RecordedLog().listen()),
    });
    return log.said('warn').filter((text) => text.includes(SEVERAL) || text.includes(STRAY));
  };

  it('one instance warns of nothing', async () => {
    const [only] = [clerkModule(staff, true)];
    const guard = { provide: APP_GUARD, useExisting: AuthGuard };
    expect(await warnings([only, feature([], ByHandler, ByClass, Bare)], [guard])).toEqual([]);
  });

  it('two global instances are named, each by its host, and once', async () => {
    const said = await warnings([clerkModule(staff, true), clerkModule(customers, true)]);
    expect(said).toEqual([expect.stringContaining(SEVERAL)]);
    expect(said[0]).toContain(STAFF);
    expect(said[0]).toContain(CUSTOMERS);
    for (const { secretKey, publishableKey } of [staff, customers]) {
      expect(log.whole).not.toContain(secretKey);
      expect(log.whole).not.toContain(publishableKey);
    }
  });

  it('an instance without publishable key is named so', async () => {
    const { secretKey, apiUrl, jwtKey } = { ...customers.options(), jwtKey: customers.jwtKey };
    const nameless = ClerkModule.forRoot({
      secretKey,
      apiUrl,
      jwtKey,
      issuer: 'https://clerk.example.com',
      publishableKey: undefined,
    });
    const said = await warnings([clerkModule(staff, true), nameless]);
    expect(said).toEqual([expect.stringContaining('an instance without publishable key')]);
  });

  it.each([
    ['handler', ByHandler],
    ['class', ByClass],
  ])(
    'a guard on a %s whose module imports no instance: the warning says whose it is',
    async (path, controller) => {
      const said = await warnings([
        clerkModule(staff, true),
        feature([clerkModule(customers, false)], Bare),
        feature([], controller),
      ]);
      expect(said).toEqual([expect.stringContaining(`FeatureModule is guarded by ${STAFF}.`)]);
      // What it says is so.
      const ask = (clerk: LocalClerk): request.Test =>
        request(app?.getHttpServer())
          .get(`/${path}`)
          .set('Authorization', clerk.signIn('ada').header);
      await ask(staff).expect(200, 'handled');
      await ask(customers).expect(401);
    },
  );

  it('a global guard guards modules of the other instance, and that is said', async () => {
    const said = await warnings(
      [clerkModule(staff, true), feature([clerkModule(customers, false)], Bare)],
      [{ provide: APP_GUARD, useExisting: AuthGuard }],
    );
    expect(said).toEqual([expect.stringContaining(`FeatureModule is guarded by ${STAFF}.`)]);
  });

  it('modules that import the instance that is meant are not spoken of', async () => {
    const [global, local] = [clerkModule(staff, true), clerkModule(customers, false)];
    @Module({ imports: [local], exports: [ClerkModule] })
    class Shared {}
    expect(
      await warnings([
        global,
        feature([global], ByHandler),
        feature([local], ByClass),
        feature([{ module: Shared }], BehindShared),
        feature([], Bare),
      ]),
    ).toEqual([]);
  });
});
