import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  Module,
  SetMetadata,
  UseGuards,
  VERSION_NEUTRAL,
  ValidationPipe,
  VersioningType,
  type ArgumentsHost,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost, NestFactory, Reflector } from '@nestjs/core';
import { AuthGuard, ClerkModule, Public, RouteAudit } from 'nestjs-clerk-auth';
import { ClerkWebhooks, ClerkWebhooksModule, OnClerkEvent } from 'nestjs-clerk-auth/webhooks';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { map } from 'rxjs';
import { deliver } from '../support/deliver.js';
import { EventRecorder } from '../support/event-recorder.js';
import { eventOf, newSecret, SECRET, sign } from '../support/signed-delivery.js';
import { ADAPTERS, startApp } from '../support/start-app.js';
import { startWebhooks } from '../support/start-webhooks.js';

@Injectable()
class Failing {
  @OnClerkEvent('user.deleted')
  fail(): never {
    throw new ForbiddenException('of a handler, and no answer');
  }
}

@Controller()
class OtherController {
  @Get('fails')
  @Public()
  fails(): never {
    throw new Error('to be hidden');
  }
}

const HANDLED = { status: 200, body: { outcome: 'handled', handlers: 1 } };
const FAILED = { status: 500, body: { code: 'webhook_handler_failed' } };
const created = (): object => eventOf('user.created');

const apps: INestApplication[] = [];

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function kept(starting: Promise<INestApplication>): Promise<INestApplication> {
  const app = await starting;
  apps.push(app);
  return app;
}

describe.each(ADAPTERS)('over %s', (adapter) => {
  it('a filter that answers 200 to everything hides no failure from Clerk', async () => {
    @Catch()
    class Hiding {
      constructor(private readonly host: HttpAdapterHost) {}
      catch(_: unknown, host: ArgumentsHost): void {
        this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { ok: true }, 200);
      }
    }
    const app = await kept(
      startWebhooks(adapter, {
        providers: [Failing],
        controllers: [OtherController],
        prepare: (one) => one.useGlobalFilters(new Hiding(one.get(HttpAdapterHost))),
      }),
    );
    expect(await deliver(app, sign(eventOf('user.deleted')))).toMatchObject(FAILED);
    expect(await deliver(app, sign(created(), { secrets: [newSecret()] }))).toMatchObject({
      status: 400,
      body: { code: 'webhook_signature_invalid' },
    });
  });

  it('interceptors and pipes of the application change no answer', async () => {
    const app = await kept(
      startWebhooks(adapter, {
        providers: [EventRecorder, Failing],
        prepare: (one) => {
          one.useGlobalInterceptors({
            intercept: (_, next) => next.handle().pipe(map((data: unknown) => ({ data }))),
          });
          one.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
        },
      }),
    );
    expect(await deliver(app, sign(created()))).toMatchObject(HANDLED);
    expect(await deliver(app, sign(eventOf('user.deleted')))).toMatchObject(FAILED);
  });

  it('our guard lets it through, and foreign guards are asked', async () => {
    const clerk = await LocalClerk.start();
    const OPEN = 'open';
    @Injectable()
    class Foreign implements CanActivate {
      constructor(private readonly reflector: Reflector) {}
      canActivate(context: ExecutionContext): boolean {
        return (
          this.reflector.getAllAndOverride<boolean | undefined>(OPEN, [
            context.getHandler(),
            context.getClass(),
          ]) ?? false
        );
      }
    }
    const endpoint = (decorators: ClassDecorator[]): ReturnType<typeof startApp> =>
      kept(
        startApp(adapter, {
          imports: [
            ClerkModule.forRoot({ ...clerk.options(), audit: 'strict' }),
            ClerkWebhooksModule.forRoot({ secrets: SECRET, decorators }),
          ],
          providers: [
            EventRecorder,
            { provide: APP_GUARD, useExisting: AuthGuard },
            { provide: APP_GUARD, useClass: Foreign },
          ],
        }),
      );
    expect(await deliver(await endpoint([]), sign(created()))).toMatchObject({ status: 403 });
    expect(await deliver(await endpoint([SetMetadata(OPEN, true)]), sign(created()))).toMatchObject(
      HANDLED,
    );
    await clerk.stop();
  });

  it('decorators of the application stand on the controller', async () => {
    @Injectable()
    class Closed implements CanActivate {
      canActivate(): boolean {
        return false;
      }
    }
    const app = await kept(
      startWebhooks(adapter, { webhooks: { decorators: [UseGuards(Closed)] } }),
    );
    expect(await deliver(app, sign(created()))).toMatchObject({ status: 403 });
  });

  it('the audit calls it public, and is content when it is strict', async () => {
    const clerk = await LocalClerk.start();
    const app = await kept(
      startApp(adapter, {
        imports: [
          ClerkModule.forRoot({ ...clerk.options(), audit: 'strict' }),
          ClerkWebhooksModule.forRoot({ secrets: SECRET }),
        ],
        prepare: (one) => one.setGlobalPrefix('api'),
      }),
    );
    expect(app.get(RouteAudit).routes()).toEqual([
      {
        kind: 'http',
        controller: 'ClerkWebhookController',
        handler: 'receive',
        method: 'POST',
        paths: ['/api/webhooks/clerk'],
        protection: { kind: 'public' },
      },
    ]);
    await clerk.stop();
  });

  it('several endpoints, each with its own path, secret and limit', async () => {
    const second = newSecret();
    const app = await kept(
      startApp(adapter, {
        imports: [
          ClerkWebhooksModule.forRoot({ secrets: SECRET, revoke: false }),
          ClerkWebhooksModule.forRootAsync({
            path: 'webhooks/clerk/staging',
            bodyLimit: 1000,
            useFactory: () => ({ secrets: second, revoke: false }),
          }),
        ],
        providers: [EventRecorder],
      }),
    );
    const staging = '/webhooks/clerk/staging';
    const large = eventOf('user.created', { text: 'x'.repeat(1000) });
    expect(await deliver(app, sign(large))).toMatchObject(HANDLED);
    expect(await deliver(app, sign(created(), { secrets: [second] }), staging)).toMatchObject(
      HANDLED,
    );
    expect(await deliver(app, sign(created(), { secrets: [second] }))).toMatchObject({
      status: 400,
    });
    expect(await deliver(app, sign(created()), staging)).toMatchObject({ status: 400 });
    expect(await deliver(app, sign(large, { secrets: [second] }), staging)).toMatchObject({
      status: 413,
    });
  });

  it('a version that no sender could name: neutral by a decorator', async () => {
    const app = await kept(
      startWebhooks(adapter, {
        webhooks: { decorators: [SetMetadata('__version__', VERSION_NEUTRAL)] },
        providers: [EventRecorder],
        prepare: (one) =>
          one.enableVersioning({ type: VersioningType.HEADER, header: 'x-v', defaultVersion: '1' }),
      }),
    );
    expect(await deliver(app, sign(created()))).toMatchObject(HANDLED);
  });
});

describe('ClerkWebhooks.receive()', () => {
  it('in an application that serves no HTTP', async () => {
    @Module({
      imports: [ClerkWebhooksModule.forRoot({ secrets: SECRET, revoke: false })],
      providers: [EventRecorder],
    })
    class WorkerModule {}
    const worker = await NestFactory.createApplicationContext(WorkerModule, {
      logger: false,
      abortOnError: false,
    });
    const { headers, body } = sign(created());
    expect(await worker.get(ClerkWebhooks).receive(headers, body)).toMatchObject({
      status: 200,
      outcome: 'handled',
    });
    await worker.close();
  });

  it('for deliveries that come by another way', async () => {
    const app = await kept(
      startWebhooks(ADAPTERS[0] ?? 'express', { providers: [EventRecorder, Failing] }),
    );
    const webhooks = app.get(ClerkWebhooks);
    const { headers, body } = sign(created(), { id: 'msg_1' });
    expect(await webhooks.receive(headers, body)).toEqual({
      status: 200,
      outcome: 'handled',
      handlers: 1,
    });
    expect(await webhooks.receive(new Headers(headers), new Uint8Array(body))).toEqual({
      status: 200,
      outcome: 'duplicate',
      handlers: 1,
    });
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    expect(await webhooks.receive(upper, body.toString())).toMatchObject({ outcome: 'duplicate' });
    expect(await webhooks.receive(headers, `${body.toString()} `)).toEqual({
      status: 400,
      code: 'webhook_signature_invalid',
      message: expect.any(String),
    });
    const failing = sign(eventOf('user.deleted'));
    expect(await webhooks.receive(failing.headers, failing.body)).toMatchObject({
      status: 500,
      code: 'webhook_handler_failed',
    });
    // What is no text and no bytes.
    const parsed = JSON.parse(body.toString()) as Uint8Array;
    expect(await webhooks.receive(headers, parsed)).toMatchObject({
      status: 500,
      code: 'webhook_body_unavailable',
    });
    const large = sign(eventOf('user.created', { text: 'x'.repeat(1_000_000) }));
    expect(await webhooks.receive(large.headers, large.body)).toMatchObject({
      status: 413,
      code: 'webhook_payload_too_large',
    });
  });
});
