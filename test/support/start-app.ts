import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { CLERK_CLOCK, CLERK_TIMER, clerkConfig } from 'nestjs-clerk-auth';
import { CLERK_TEST_CALLER, type TestCaller } from 'nestjs-clerk-auth/testing';

export type Adapter = 'express' | 'fastify';

const EVERY_ADAPTER: readonly Adapter[] = ['express', 'fastify'];

/** Every promise about HTTP is kept on both. A mutation run, which asks thousands of times, is content with one. */
export const ADAPTERS: readonly Adapter[] = EVERY_ADAPTER.filter(
  (adapter) => adapter === (process.env.ONLY_ADAPTER ?? adapter),
);

export interface AppParts {
  readonly imports: readonly (DynamicModule | Type)[];
  readonly controllers?: readonly Type[];
  readonly providers?: readonly Provider[];
  /** Milliseconds since the epoch; left out, the real clock. */
  readonly now?: () => number;
  /** Who calls, whatever a request carries; and nothing is read from the environment, where keys may be missed. */
  readonly caller?: TestCaller;
  /** What ends connections; left out, the real timer. */
  readonly timer?: (callback: () => void, milliseconds: number) => () => void;
  /** Left out, an adapter without options. */
  readonly fastify?: () => FastifyAdapter;
  /** Left out, the body parsers of Nest and nothing else. */
  readonly options?: NestApplicationOptions;
  /** Left out, any free port. */
  readonly port?: number;
  /** What `main.ts` would do between creating the application and listening. */
  readonly prepare?: (app: INestApplication) => void;
}

/** An application on a loopback port. Its log is off: refusals are expected here. */
export async function startApp(adapter: Adapter, parts: AppParts): Promise<INestApplication> {
  const testing = await testingModule(parts).compile();
  const app =
    adapter === 'fastify'
      ? testing.createNestApplication<NestFastifyApplication>(
          parts.fastify?.() ?? new FastifyAdapter(),
          { ...parts.options, ...QUIET },
        )
      : testing.createNestApplication({ ...parts.options, ...QUIET });
  parts.prepare?.(app);
  await app.listen(parts.port ?? 0, '127.0.0.1');
  return app;
}

const QUIET = { logger: false } as const;

function testingModule({ now, timer, caller, ...parts }: AppParts): TestingModuleBuilder {
  @Module({
    imports: [...parts.imports],
    controllers: [...(parts.controllers ?? [])],
    providers: [...(parts.providers ?? [])],
  })
  class AppModule {}
  const builder = Test.createTestingModule({ imports: [AppModule] });
  if (caller !== undefined) {
    builder.overrideProvider(CLERK_TEST_CALLER).useValue(caller);
    builder.overrideProvider(clerkConfig.KEY).useValue({});
  }
  if (timer !== undefined) builder.overrideProvider(CLERK_TIMER).useValue(timer);
  return now === undefined ? builder : builder.overrideProvider(CLERK_CLOCK).useValue(now);
}
