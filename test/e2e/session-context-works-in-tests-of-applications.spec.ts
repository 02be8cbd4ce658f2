import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModule } from '@nestjs/testing';
import { ClerkModule, RequireSession, SessionContext, SessionService } from 'nestjs-clerk-auth';
import { CLERK_TEST_CALLER, LocalClerk, signedInAs } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { SessionTeller } from '../support/session-teller.js';
import { ADAPTERS } from '../support/start-app.js';

@Controller()
class TellingController {
  constructor(private readonly teller: SessionTeller) {}

  @Get('me')
  @RequireSession()
  me(): object {
    return { current: this.teller.current() };
  }
}

const PARTS = { controllers: [TellingController], providers: [SessionTeller] };

describe.each(ADAPTERS)('on %s', (adapter) => {
  it('knows who stands in', async () => {
    const testing = await Test.createTestingModule({
      imports: [ClerkModule.forRoot({ sessionContext: true })],
      ...PARTS,
    })
      .overrideProvider(CLERK_TEST_CALLER)
      .useValue(signedInAs({ sub: 'user_ada' }))
      .compile();
    const app: INestApplication =
      adapter === 'fastify'
        ? testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter())
        : testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
    await request(app.getHttpServer()).get('/me').expect(200, { current: 'user_ada' });
    await app.close();
  });
});

describe('without HTTP', () => {
  let clerk: LocalClerk;
  let testing: TestingModule;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    const clerkModule = ClerkModule.forRoot({ ...clerk.options(), sessionContext: true });
    testing = await Test.createTestingModule({ imports: [clerkModule], ...PARTS }).compile();
    await testing.init();
  });

  afterAll(async () => {
    await testing.close();
    await clerk.stop();
  });

  it('a provider is asked for whom run() says', async () => {
    const [sessions, teller] = [testing.get(SessionContext), testing.get(SessionTeller)];
    const { sessionToken, userId } = clerk.signIn('ada');
    const session = await testing.get(SessionService).verifyToken(sessionToken);
    expect(sessions.run(session, () => teller.current())).toBe(userId);
    expect(teller.current()).toBe('context_missing');
  });
});
