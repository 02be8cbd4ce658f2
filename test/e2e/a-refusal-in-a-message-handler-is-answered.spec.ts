import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Module,
  UseGuards,
  type INestApplication,
  type INestMicroservice,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Transport,
  type ClientProxy,
  type TcpOptions,
} from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  AccessDeniedException,
  AuthGuard,
  ClerkModule,
  Public,
  RequireSession,
  SessionService,
  UnauthenticatedException,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { lastValueFrom, timeout } from 'rxjs';
import request from 'supertest';
import { MESSAGES } from '../../src/errors/messages.js';
import { expectUser } from '../support/expect-answer.js';
import { freePort } from '../support/free-port.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS, type Adapter } from '../support/start-app.js';

@Controller()
class MessageController {
  constructor(@Inject(SessionService) private readonly sessions: SessionService) {}

  @MessagePattern('open')
  open(): string {
    return note('open');
  }

  @MessagePattern('public')
  @UseGuards(AuthGuard)
  @Public()
  free(): string {
    return note('public');
  }

  @MessagePattern('guarded')
  @RequireSession()
  guarded(): string {
    return note('guarded');
  }

  @MessagePattern('verify')
  async verify(token: string): Promise<string> {
    const { userId } = await this.sessions.verifyToken(token);
    return userId;
  }

  @MessagePattern('client')
  async client(token: string): Promise<string> {
    const { id } = await this.sessions.verifyClient(token);
    return id;
  }

  @MessagePattern('denied')
  denied(): never {
    throw new AccessDeniedException();
  }

  @MessagePattern('step-up')
  stepUp(): never {
    throw new AccessDeniedException('reverification_required', { reverification: 'strict' });
  }

  @MessagePattern('later')
  later(): Promise<never> {
    return Promise.reject(new UnauthenticatedException('session_pending'));
  }

  @EventPattern('event')
  event(_data: unknown): void {
    note('event');
    throw new UnauthenticatedException('session_pending');
  }

  @EventPattern('guarded-event')
  @RequireSession()
  guardedEvent(_data: unknown): void {
    note('guarded-event');
  }

  @Get('also-http')
  alsoHttp(): string {
    return 'here';
  }
}

function note(handler: string): string {
  handled.push(handler);
  return handler;
}

interface Started {
  readonly close: () => Promise<unknown>;
  readonly http?: INestApplication;
}

type Kind = 'pure' | `hybrid, ${Adapter}`;

const KINDS: readonly Kind[] = [
  'pure',
  ...ADAPTERS.map((adapter) => `hybrid, ${adapter}` as const),
];

describe.each(KINDS)('in a microservice that is %s', (kind) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let started: Started;
  let client: ClientProxy;
  let log: RecordedLog;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    const at = { host: '127.0.0.1', port: await freePort() };
    const options = { transport: Transport.TCP, options: at } as const;
    @Module({
      imports: [ClerkModule.forRoot({ ...clerk.options(), audit: 'log' })],
      controllers: [MessageController, ProbeController],
    })
    class AppModule {}
    started = await start(kind, AppModule, options);
    client = ClientProxyFactory.create(options);
    log = new RecordedLog().listen();
  });

  afterAll(async () => {
    client.close();
    await started.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    log.forget();
    clerk.outage(false);
  });

  /** A sender that hears nothing fails here, rather than to wait for ever. */
  const send = (pattern: string, data: unknown = {}): Promise<unknown> =>
    lastValueFrom(client.send<unknown>(pattern, data).pipe(timeout(5_000)));

  const refusal = (statusCode: number, code: keyof typeof MESSAGES): object => {
    return { status: 'error', statusCode, code, message: MESSAGES[code] };
  };

  it('handlers run', async () => {
    await expect(send('open')).resolves.toBe('open');
    await expect(send('public')).resolves.toBe('public');
    await expect(send('verify', ada.sessionToken)).resolves.toBe(ada.userId);
    expect(handled).toEqual(['open', 'public']);
  });

  it('a refusal of the service is answered with its code', async () => {
    const expired = clerk.mint({ session: ada, expiresIn: -60 });
    await expect(send('verify', expired)).rejects.toEqual(refusal(401, 'token_expired'));
    await expect(send('verify', 'x')).rejects.toEqual(refusal(401, 'token_malformed'));
    expect(log.whole).not.toContain(expired);
  });

  it('so is an outage', async () => {
    clerk.outage(true);
    const asked = send('client', ada.clientCookie.slice('__session='.length));
    await expect(asked).rejects.toEqual(refusal(503, 'authority_unavailable'));
  });

  it('and what a handler throws, at once or later', async () => {
    await expect(send('denied')).rejects.toEqual(refusal(403, 'access_denied'));
    await expect(send('later')).rejects.toEqual(refusal(401, 'session_pending'));
    await expect(send('step-up')).rejects.toMatchObject({
      code: 'reverification_required',
      clerk_error: { reason: 'reverification-error' },
    });
  });

  it('so is that of a guard', async () => {
    await expect(send('guarded')).rejects.toEqual(refusal(401, 'session_required'));
    expect(handled).toEqual([]);
  });

  it('a refused event is dropped, and the service goes on', async () => {
    await lastValueFrom(client.emit('event', {}), { defaultValue: undefined });
    await lastValueFrom(client.emit('guarded-event', {}), { defaultValue: undefined });
    // The same connection, in order: whoever answers now has seen the events.
    await expect(send('open')).resolves.toBe('open');
    expect(handled).toEqual(['event', 'open']);
  });

  it('HTTP beside it is as ever', async () => {
    const { http } = started;
    if (http === undefined) {
      expect(kind).toBe('pure');
      return;
    }
    const server = http.getHttpServer() as Parameters<typeof request>[0];
    const nobody = await request(server).get('/me').expect(401, '');
    expect(nobody.headers['www-authenticate']).toBe('Bearer');
    expectUser(await request(server).get('/me').set('Authorization', ada.header), ada.userId);
  });
});

async function start(kind: Kind, module: object, options: TcpOptions): Promise<Started> {
  if (kind === 'pure') {
    const service: INestMicroservice = await NestFactory.createMicroservice<TcpOptions>(module, {
      ...options,
      logger: false,
    });
    await service.listen();
    return { close: () => service.close() };
  }
  const http =
    kind === 'hybrid, fastify'
      ? await NestFactory.create(module, new FastifyAdapter(), { logger: false })
      : await NestFactory.create(module, { logger: false });
  http.connectMicroservice<TcpOptions>(options, { inheritAppConfig: true });
  await http.startAllMicroservices();
  await http.listen(0, '127.0.0.1');
  return { close: () => http.close(), http };
}
