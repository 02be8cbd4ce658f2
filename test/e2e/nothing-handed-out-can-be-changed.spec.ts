import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, ValidationPipe, type INestApplication } from '@nestjs/common';
import {
  AcceptTokens,
  ClerkModule,
  ClerkSession,
  CurrentCaller,
  CurrentMachine,
  CurrentSession,
  RequireSession,
  Session,
  SessionService,
  type Caller,
  type Machine,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** What the handlers were given, as it was given. */
const given: unknown[] = [];

@Controller()
class KeepingController {
  @Get('session')
  @RequireSession()
  session(@CurrentSession() session: Session, @CurrentSession('userId') userId: string) {
    given.push(session);
    return { userId, isSession: session instanceof Session, has: session.has({ role: 'admin' }) };
  }

  @Get('renamed')
  @RequireSession()
  renamed(@CurrentSession() session: ClerkSession) {
    given.push(session);
    return { isSession: session instanceof ClerkSession };
  }

  @Get('machine')
  @AcceptTokens('api_key', 'm2m_token', 'oauth_token')
  machine(@CurrentMachine() machine: Machine, @CurrentCaller() caller: Caller) {
    given.push(machine);
    return { same: machine === caller };
  }
}

/** The first part of a value that could be changed, by its path; `undefined` where there is none. */
function changeable(value: unknown, path = 'it'): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Object.isFrozen(value)) return path;
  for (const [name, part] of Object.entries(value)) {
    const found = changeable(part, `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const NESTED = { deep: { list: [{ leaf: 1 }] } };

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(clerk.options())],
      controllers: [KeepingController],
      prepare: (prepared) =>
        prepared.useGlobalPipes(
          new ValidationPipe({
            validateCustomDecorators: true,
            transform: true,
            whitelist: true,
            forbidNonWhitelisted: true,
            forbidUnknownValues: true,
          }),
        ),
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  const take = async (path: string, name: string, value: string): Promise<unknown> => {
    given.length = 0;
    await request(app.getHttpServer()).get(path).set(name, value).expect(200);
    return given[0];
  };

  it('a session is frozen from the first request on, with all its claims', async () => {
    const ada = clerk.signIn('ada', { organization: { slug: 'acme', role: 'org:admin' } });
    const act = { sub: 'user_support', act: { sub: 'user_boss', list: [NESTED] } };
    const token = clerk.mint({ session: ada, claims: { act, custom: NESTED } });
    for (let time = 0; time < 4; time += 1) {
      const session = await take('/session', 'Authorization', `Bearer ${token}`);
      expect(session).toMatchObject({ actor: act, claims: { custom: NESTED } });
      expect(changeable(session)).toBeUndefined();
    }
  });

  it('so is one that Clerk told of, with its actor', async () => {
    const ada = clerk.signIn('ada', { actor: 'support' });
    const session = await take('/session', 'Cookie', ada.clientCookie);
    expect(session).toMatchObject({ userId: ada.userId });
    expect(changeable(session)).toBeUndefined();
  });

  it.each(['opaque', 'jwt'] as const)('so is a machine with an M2M token: %s', async (format) => {
    const { header } = clerk.createM2mToken({ claims: { custom: NESTED }, format });
    for (let time = 0; time < 3; time += 1) {
      const machine = await take('/machine', 'Authorization', header);
      expect(machine).toMatchObject({ claims: { custom: NESTED } });
      expect(changeable(machine)).toBeUndefined();
    }
  });

  it('so is a machine with an API key', async () => {
    const { header } = clerk.createApiKey({ claims: { custom: NESTED } });
    const machine = await take('/machine', 'Authorization', header);
    expect(machine).toMatchObject({ claims: { custom: NESTED } });
    expect(changeable(machine)).toBeUndefined();
  });

  it('what the service finds is frozen, too', async () => {
    const service = app.get(SessionService);
    const ada = clerk.signIn('ada', { actor: 'support' });
    const answers = [
      await service.verifyToken(ada.sessionToken),
      await service.verifySession(ada.sessionId, ada.clientToken),
      await service.verifyClient(ada.clientToken),
      await service.getSession(ada.sessionId),
      await service.authenticate({ headers: { authorization: ada.header } }),
    ];
    for (const answer of answers) {
      expect(answer).not.toBeNull();
      expect(changeable(answer)).toBeUndefined();
    }
  });

  it('a validation pipe hands the session on as it is', async () => {
    const ada = clerk.signIn('ada', { organization: { slug: 'acme', role: 'org:admin' } });
    const { body } = await request(app.getHttpServer())
      .get('/session')
      .set('Authorization', ada.header)
      .expect(200);
    expect(body).toEqual({ userId: ada.userId, isSession: true, has: true });
    const { claims } = given.at(-1) as Session;
    expect(claims?.sub).toBe(ada.userId);
    const renamed = await request(app.getHttpServer())
      .get('/renamed')
      .set('Authorization', ada.header);
    expect(renamed.body).toEqual({ isSession: true });
  });

  it('a machine as well', async () => {
    const { header } = clerk.createApiKey();
    const { body } = await request(app.getHttpServer())
      .get('/machine')
      .set('Authorization', header)
      .expect(200);
    expect(body).toEqual({ same: true });
  });

  it('claims that somebody else wrote stay theirs', () => {
    const claims = { sub: 'user_x', sid: 'sess_x', exp: 2 ** 31, act: { sub: 'a', more: {} } };
    const session = Session.fromClaims(claims);
    expect(changeable(session)).toBeUndefined();
    expect([claims, claims.act, claims.act.more].map((part) => Object.isFrozen(part))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
