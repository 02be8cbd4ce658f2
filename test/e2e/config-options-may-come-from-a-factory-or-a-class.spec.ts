import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import {
  ClerkModule,
  clerkConfig,
  ConfigurationError,
  SessionService,
  type ClerkModuleAsyncOptions,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { handled, ProbeController } from '../support/probe-controller.js';
import { RecordedLog } from '../support/recorded-log.js';
import { isRefused, passes } from '../support/refusals.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

let clerk: LocalClerk;
let ada: SignedIn;
let before: NodeJS.ProcessEnv;

beforeAll(async () => {
  clerk = await LocalClerk.start();
  ada = clerk.signIn('ada');
});

beforeEach(() => {
  handled.length = 0;
  before = { ...process.env };
});

afterEach(() => {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('CLERK_')) Reflect.deleteProperty(process.env, name);
  }
  Object.assign(process.env, before);
});

afterAll(async () => {
  await clerk.stop();
});

const options = (): ClerkOptions => ({ ...clerk.options(), errorBody: 'problem' });

@Injectable()
class Vault {
  open(): ClerkOptions {
    return options();
  }
}

@Module({ providers: [Vault], exports: [Vault] })
class VaultModule {}

@Injectable()
class OptionsFromVault {
  constructor(@Inject(Vault) private readonly vault: Vault) {}

  async create(): Promise<ClerkOptions> {
    return this.vault.open();
  }
}

@Module({ imports: [VaultModule], providers: [OptionsFromVault], exports: [OptionsFromVault] })
class OptionsModule {}

class PlainOptions {
  create(): ClerkOptions {
    return options();
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  it.each<[string, () => ClerkModuleAsyncOptions]>([
    ['useFactory', () => ({ useFactory: options })],
    ['useFactory that takes its time', () => ({ useFactory: async () => options() })],
    [
      'useFactory with inject and imports',
      () => ({
        imports: [VaultModule],
        inject: [Vault],
        useFactory: (vault: Vault) => vault.open(),
      }),
    ],
    ['useClass', () => ({ useClass: PlainOptions })],
    [
      'useClass that needs something',
      () => ({ imports: [VaultModule], useClass: OptionsFromVault }),
    ],
    ['useExisting', () => ({ imports: [OptionsModule], useExisting: OptionsFromVault })],
  ])('%s protects a route', async (_, written) => {
    const app = await startApp(adapter, {
      imports: [ClerkModule.forRootAsync(written())],
      controllers: [ProbeController],
    });
    const me = (): request.Test => request(app.getHttpServer()).get('/me');
    await passes(me().set('Authorization', ada.header), ada.userId);
    await passes(me().set('Cookie', ada.clientCookie), ada.userId);
    await isRefused(me(), 'session_required');
    await isRefused(
      me().set('Authorization', `Bearer ${clerk.mint({ key: 'foreign' })}`),
      'token_signature_invalid',
    );
    await app.close();
  });
});

const compile = (...imports: DynamicModule[]) =>
  Test.createTestingModule({ imports }).setLogger(new RecordedLog()).compile();

describe('options of a factory', () => {
  it('are completed by the environment', async () => {
    Object.assign(process.env, { CLERK_SECRET_KEY: clerk.secretKey, CLERK_API_URL: clerk.url });
    const module = await compile(ClerkModule.forRootAsync({ useFactory: () => ({}) }));
    const { userId } = ada;
    const service = module.get(SessionService);
    await expect(service.verifyToken(clerk.mint({ session: ada }))).resolves.toMatchObject({
      userId,
    });
  });

  it('may be made from clerkConfig', async () => {
    Object.assign(process.env, { CLERK_SECRET_KEY: clerk.secretKey, CLERK_API_URL: clerk.url });
    const module = await compile(
      ClerkModule.forRootAsync({
        imports: [ConfigModule.forFeature(clerkConfig)],
        inject: [clerkConfig.KEY],
        useFactory: (config: ConfigType<typeof clerkConfig>) => ({ ...config, clockSkew: 0 }),
      }),
    );
    const service = module.get(SessionService);
    const late = clerk.mint({ session: ada, expiresIn: -1 });
    await expect(service.verifyToken(late)).rejects.toMatchObject({ code: 'token_expired' });
    await expect(service.verifyToken(clerk.mint())).resolves.toBeDefined();
  });

  it.each<[string, ClerkModuleAsyncOptions]>([
    ['wrong', { useFactory: () => ({ secretKey: 'zv7Q1m', clockSkew: -1 }) }],
    ['wrong, and late', { useFactory: async () => ({ secretKey: 'zv7Q1m', clockSkew: -1 }) }],
  ])('that are %s stop the boot with one error', async (_, written) => {
    const reason: unknown = await compile(ClerkModule.forRootAsync(written)).catch(
      (thrown: unknown) => thrown,
    );
    expect(reason).toBeInstanceOf(ConfigurationError);
    expect((reason as ConfigurationError).problems).toHaveLength(2);
    expect(String(reason)).not.toContain('zv7Q1m');
  });

  it('that cannot be made stop the boot with the reason', async () => {
    const useFactory = (): Promise<ClerkOptions> => Promise.reject(new Error('The vault is shut'));
    await expect(compile(ClerkModule.forRootAsync({ useFactory }))).rejects.toThrow(
      'The vault is shut',
    );
  });
});

describe('the module', () => {
  @Injectable()
  class Needy {
    constructor(@Inject(SessionService) readonly sessions: SessionService) {}
  }

  const elsewhere = (imports: DynamicModule[] = []): DynamicModule => {
    @Module({ imports, providers: [Needy] as Provider[] })
    class ElsewhereModule {}
    return { module: ElsewhereModule };
  };

  const ways: readonly [string, (isGlobal?: boolean) => DynamicModule][] = [
    ['forRoot', (isGlobal) => ClerkModule.forRoot({ ...options(), ...given(isGlobal) })],
    [
      'forRootAsync',
      (isGlobal) => ClerkModule.forRootAsync({ useFactory: options, ...given(isGlobal) }),
    ],
  ];

  describe.each(ways)('by %s', (_, moduleOf) => {
    it.each([undefined, true])('is global (isGlobal: %p)', async (isGlobal) => {
      const module = await compile(moduleOf(isGlobal), elsewhere());
      expect(module.get(Needy, { strict: false }).sessions).toBeInstanceOf(SessionService);
    });

    it('is not, with isGlobal: false: who needs it imports it', async () => {
      const clerkModule = moduleOf(false);
      await expect(compile(clerkModule, elsewhere())).rejects.toThrow(/SessionService/);
      const module = await compile(clerkModule, elsewhere([clerkModule]));
      expect(module.get(Needy, { strict: false }).sessions).toBeInstanceOf(SessionService);
    });
  });

  function given(isGlobal: boolean | undefined): { isGlobal?: boolean } {
    return isGlobal === undefined ? {} : { isGlobal };
  }
});
