import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, UseGuards, type Type } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  AuthGuard,
  ConfigurationError,
  AcceptTokens,
  CurrentCaller,
  CurrentMachine,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  RouteAudit,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import {
  ALL_CONTROLLERS,
  ForeignController,
  ForeignGuard,
  PlainController,
  Replacing,
  WITHOUT_GLOBAL_GUARD,
} from '../support/audited-controllers.js';
import { ADAPTERS } from '../support/start-app.js';
import { AuditedApps, type AuditedParts } from '../support/audited-apps.js';

function LosingGuards(
  _: object,
  __: string,
  { value }: TypedPropertyDescriptor<() => string>,
): void {
  Reflect.defineMetadata('__guards__', [], value!);
}

const UserId = (): ParameterDecorator => CurrentSession('userId');

@Controller()
class ForgetfulController {
  @Get('whole')
  whole(@CurrentSession() session: unknown): string {
    return typeof session;
  }

  @Get('composed')
  @UseGuards(ForeignGuard)
  composed(@UserId() userId: unknown): string {
    return typeof userId;
  }

  @Get('public')
  @Public()
  open(@CurrentSession() session: unknown): string {
    return typeof session;
  }

  @Get('replaced')
  @Replacing
  @RequireSession()
  replaced(@CurrentSession() session?: unknown): string {
    return typeof session;
  }

  @Get('lost')
  @LosingGuards
  @RequireSession()
  lost(): string {
    return 'ran';
  }

  @Get('lost-optional')
  @LosingGuards
  @OptionalSession()
  lostOptional(): string {
    return 'ran';
  }

  @Get('lost-tokens')
  @LosingGuards
  @AcceptTokens('api_key')
  lostTokens(): string {
    return 'ran';
  }

  @Get('machine')
  machine(@CurrentMachine() machine: unknown): string {
    return typeof machine;
  }

  @Get('caller')
  @Public()
  caller(@CurrentCaller() caller: unknown): string {
    return typeof caller;
  }

  // Nothing is wrong with these.
  @Get('required')
  @RequireSession()
  required(@CurrentSession() session: unknown): string {
    return typeof session;
  }

  @Get('optional')
  @OptionalSession()
  optional(@CurrentSession('userId') userId: unknown): string {
    return typeof userId;
  }

  @Get('silent')
  silent(): string {
    return 'ran';
  }
}

/** It promises nothing: a parameter alone is an error at its first request. */
@Controller()
class CarelessController {
  @Get('whole')
  whole(@CurrentSession() session: unknown): string {
    return typeof session;
  }

  @Get('silent')
  silent(): string {
    return 'ran';
  }
}

@Controller('heir')
class HeirController extends ForgetfulController {}

const MISTAKES = [
  'whole takes @CurrentSession(), but no AuthGuard reaches it: add @RequireSession() or @OptionalSession().',
  'composed takes @CurrentSession(), but no AuthGuard reaches it: add @RequireSession() or @OptionalSession().',
  'open takes @CurrentSession(), but is @Public(), where the guard does not look: write @OptionalSession() instead.',
  'replaced says @RequireSession(), but its guard is lost: write that above every decorator that replaces the handler, or register AuthGuard as APP_GUARD.',
  'lost says @RequireSession(), but its guard is lost: write that above every decorator that replaces the handler, or register AuthGuard as APP_GUARD.',
  'lostOptional says @OptionalSession(), but its guard is lost: write that above every decorator that replaces the handler, or register AuthGuard as APP_GUARD.',
  'lostTokens says @AcceptTokens(), but its guard is lost: write that above every decorator that replaces the handler, or register AuthGuard as APP_GUARD.',
  'machine takes @CurrentMachine(), but no AuthGuard reaches it: add @RequireSession() or @OptionalSession().',
  'caller takes @CurrentCaller(), but is @Public(), where the guard does not look: write @OptionalSession() instead.',
];

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  const apps = new AuditedApps(adapter, () => clerk);

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  afterEach(async () => {
    await apps.close();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  /** What the boot is refused for; the port was never opened. */
  async function refusalOf(
    controllers: readonly Type[],
    parts: AuditedParts,
  ): Promise<readonly string[]> {
    const reason: unknown = await apps.start(controllers, parts).catch((thrown: unknown) => thrown);
    expect(reason).toBeInstanceOf(ConfigurationError);
    expect(reason).toMatchObject({ code: 'guard_missing' });
    expect((apps.app.getHttpServer() as { listening: boolean }).listening).toBe(false);
    return (reason as ConfigurationError).problems;
  }

  describe("audit: 'error'", () => {
    it('refuses to boot, listing each handler and what to do', async () => {
      const asked = apps.start([ForgetfulController], { audit: 'error' });
      await expect(asked).rejects.toThrow(
        /^nestjs-clerk-auth cannot start, 9 handlers lack a guard:\n {2}1\. ForgetfulController\.whole/,
      );
      expect(await refusalOf([ForgetfulController], { audit: 'error' })).toEqual(
        MISTAKES.map((mistake) => `ForgetfulController.${mistake}`),
      );
    });

    it('refuses inherited handlers too', async () => {
      expect(await refusalOf([HeirController], { audit: 'error' })).toEqual(
        MISTAKES.map((mistake) => `HeirController.${mistake}`),
      );
    });

    it.each(['off', 'log'] as const)('%s refuses only what a decorator promised', async (audit) => {
      const lost = MISTAKES.filter((mistake) => mistake.includes('its guard is lost'));
      expect(await refusalOf([ForgetfulController], { audit })).toEqual(
        lost.map((mistake) => `ForgetfulController.${mistake}`),
      );
      await apps.start([CarelessController], { audit });
      await request(apps.app.getHttpServer()).get('/silent').expect(200, 'ran');
      await request(apps.app.getHttpServer()).get('/whole').expect(500);
    });

    it('a global guard mends all but @Public() with a session', async () => {
      const providers = [{ provide: APP_GUARD, useExisting: AuthGuard }];
      expect(await refusalOf([ForgetfulController], { audit: 'error', providers })).toEqual([
        `ForgetfulController.${MISTAKES[2] ?? ''}`,
        `ForgetfulController.${MISTAKES[8] ?? ''}`,
      ]);
    });

    it('says nothing about handlers that ask nothing of us', async () => {
      await apps.start([PlainController, ForeignController], { audit: 'error' });
      await request(apps.app.getHttpServer()).get('/plain/silent').expect(200);
    });
  });

  describe("audit: 'strict'", () => {
    const say = (name: string): string =>
      `${name} is neither guarded nor @Public(): add @RequireSession(), @OptionalSession() or @Public().`;

    it('refuses to boot over every handler that says nothing', async () => {
      const unguarded = WITHOUT_GLOBAL_GUARD.filter(([, , { kind }]) => kind === 'unguarded');
      expect(await refusalOf(ALL_CONTROLLERS, { audit: 'strict' })).toEqual(
        unguarded.map(([name]) => say(name)),
      );
    });

    it('tells a single one in one sentence', async () => {
      const asked = apps.start([ForeignController], { audit: 'strict' });
      await expect(asked).rejects.toThrow(`nestjs-clerk-auth: ${say('ForeignController.silent')}`);
    });

    it('lets the same controller pass once it is marked, also from outside', async () => {
      @Controller('theirs')
      class TheirController extends ForeignController {}
      await expect(refusalOf([TheirController], { audit: 'strict' })).resolves.toHaveLength(1);
      Public()(TheirController);
      await apps.start([TheirController], { audit: 'strict' });
      await request(apps.app.getHttpServer()).get('/theirs/silent').expect(200, 'ran');
    });

    it('has nothing to say where there are no controllers', async () => {
      await expect(apps.start([], { audit: 'strict' })).resolves.toBeDefined();
    });

    it('leaves a process alone that serves no HTTP', async () => {
      @Module({
        imports: [apps.module({ audit: 'strict' })],
        controllers: [ForeignController],
      })
      class WorkerModule {}
      const worker = await NestFactory.createApplicationContext(WorkerModule, { logger: false });
      expect(worker.get(RouteAudit).routes()).toHaveLength(1);
      await worker.close();

      const testing = await Test.createTestingModule({ imports: [WorkerModule] }).compile();
      await expect(testing.init()).resolves.toBeDefined();
      await testing.close();
    });
  });
});
