import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, Scope, type INestApplication } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { REQUEST } from '@nestjs/core';
import {
  ClerkModule,
  ConfigurationError,
  type ClerkModuleAsyncOptions,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { handled, ProbeController } from '../support/probe-controller.js';
import { isRefused, passes } from '../support/refusals.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

let clerk: LocalClerk;
let ada: SignedIn;
let app: INestApplication | undefined;

beforeAll(async () => {
  clerk = await LocalClerk.start();
  ada = clerk.signIn('ada');
});

beforeEach(() => {
  handled.length = 0;
  clerk.forgetCalls();
});

afterEach(async () => {
  await app?.close();
  app = undefined;
});

afterAll(async () => {
  await clerk.stop();
});

const options = (): ClerkOptions => ({ ...clerk.options(), errorBody: 'problem' });

class PlainOptions {
  create(): ClerkOptions {
    return options();
  }
}

@Injectable({ scope: Scope.REQUEST })
class OptionsOfARequest extends PlainOptions {}

@Injectable({ scope: Scope.REQUEST, durable: true })
class OptionsOfATenant extends PlainOptions {}

@Injectable({ scope: Scope.TRANSIENT })
class TransientOptions extends PlainOptions {}

@Injectable()
class OptionsThatReadTheRequest extends PlainOptions {
  constructor(@Inject(REQUEST) readonly request: unknown) {
    super();
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientOptionsThatReadTheRequest extends OptionsThatReadTheRequest {}

@Injectable()
class OptionsByAnother extends PlainOptions {
  constructor(@Inject(OptionsOfARequest) readonly other: OptionsOfARequest) {
    super();
  }
}

const ALL = [
  OptionsOfARequest,
  OptionsOfATenant,
  TransientOptions,
  OptionsThatReadTheRequest,
  TransientOptionsThatReadTheRequest,
  OptionsByAnother,
];

@Module({ providers: ALL, exports: ALL })
class OptionsModule {}

const imports = [OptionsModule];

describe.each(ADAPTERS)('on %s', (adapter) => {
  const start = (...written: ClerkModuleAsyncOptions[]): Promise<INestApplication> =>
    startApp(adapter, {
      imports: written.map((each) => ClerkModule.forRootAsync(each)),
      controllers: [ProbeController],
      prepare: (begun) => (app = begun),
    });

  const REQUEST_BOUND: readonly [string, ClerkModuleAsyncOptions][] = [
    ['a factory with REQUEST', { inject: [REQUEST], useFactory: options }],
    [
      'a factory with REQUEST, optionally',
      { inject: [{ token: REQUEST, optional: true }], useFactory: options },
    ],
    [
      'a factory with a request-scoped provider',
      { imports, inject: [OptionsOfARequest], useFactory: options },
    ],
    [
      'a factory with a durable provider',
      { imports, inject: [OptionsOfATenant], useFactory: options },
    ],
    [
      'a factory with a provider that has one',
      { imports, inject: [OptionsByAnother], useFactory: options },
    ],
    ['a request-scoped class', { useClass: OptionsOfARequest }],
    ['a durable class', { useClass: OptionsOfATenant }],
    ['a class with REQUEST', { useClass: OptionsThatReadTheRequest }],
    ['a transient class with REQUEST', { useClass: TransientOptionsThatReadTheRequest }],
    ['an existing request-scoped class', { imports, useExisting: OptionsOfARequest }],
    ['an existing class with REQUEST', { imports, useExisting: OptionsThatReadTheRequest }],
    ['a module that is not global', { isGlobal: false, inject: [REQUEST], useFactory: options }],
  ];

  const refusal = async (...written: ClerkModuleAsyncOptions[]): Promise<unknown> =>
    start(...written).then(
      () => 'started',
      (reason: unknown) => reason,
    );

  it.each(REQUEST_BOUND)('%s stops the boot', async (_, written) => {
    const reason = await refusal(
      written,
      ...(written.isGlobal === false ? [{ useFactory: options }] : []),
    );
    expect(reason).toBeInstanceOf(ConfigurationError);
    const { code, problems } = reason as ConfigurationError;
    expect(code).toBe('configuration_invalid');
    expect(problems).toEqual([
      expect.stringMatching(/must not depend on the request.*isGlobal: false/),
    ]);
  });

  it.each<[string, ClerkModuleAsyncOptions]>([
    [
      'ConfigService',
      {
        imports: [ConfigModule.forRoot({ ignoreEnvFile: true })],
        inject: [ConfigService],
        useFactory: options,
      },
    ],
    ['a transient class', { useClass: TransientOptions }],
    ['an existing transient class', { imports, useExisting: TransientOptions }],
    [
      'a factory with a transient provider',
      { imports, inject: [TransientOptions], useFactory: options },
    ],
  ])('%s is the same for all requests: keys are fetched once', async (_, written) => {
    const started = await start(written);
    const me = (): request.Test => request(started.getHttpServer()).get('/me');
    for (let at = 0; at < 3; at += 1) {
      await passes(me().set('Authorization', ada.header), ada.userId);
    }
    await isRefused(me(), 'session_required');
    expect(clerk.calls.filter(({ path }) => path.includes('jwks'))).toHaveLength(1);
  });
});
