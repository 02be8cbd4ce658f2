import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Res } from '@nestjs/common';
import {
  ClerkModule,
  CurrentSession,
  OptionalSession,
  UnauthenticatedException,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import type { INestApplication } from '@nestjs/common';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { startApp } from '../support/start-app.js';

interface Reply {
  hijack(): void;
  readonly raw: ServerResponse;
}

/** A reply that was taken over counts as sent for Fastify, though nothing was: Nest ends it with an empty 200. */
@Controller()
@OptionalSession()
class TakingOver {
  @Get('usual')
  usual(@CurrentSession('userId') user: string | null): string {
    if (user === null) throw new UnauthenticatedException();
    return user;
  }

  @Get('hijacked')
  hijacked(@CurrentSession('userId') user: string | null, @Res() reply: Reply): void {
    reply.hijack();
    if (user === null) throw new UnauthenticatedException();
    reply.raw.end(user);
  }

  @Get('later')
  async later(@CurrentSession('userId') user: string | null, @Res() reply: Reply): Promise<void> {
    reply.hijack();
    await nextTurn();
    this.hijacked(user, reply);
  }

  @Get('begun')
  begun(@CurrentSession('userId') user: string | null, @Res() reply: Reply): void {
    reply.hijack();
    reply.raw.writeHead(202).write('begun');
    if (user === null) throw new UnauthenticatedException();
    reply.raw.end();
  }
}

/** Express has no such thing. */
describe('on Fastify', () => {
  describe.each(['none', 'problem', 'nest'] as const)('with errorBody %s', (errorBody) => {
    let clerk: LocalClerk;
    let ada: SignedIn;
    let app: INestApplication<App>;

    beforeAll(async () => {
      clerk = await LocalClerk.start();
      ada = clerk.signIn('ada');
      const options = { ...clerk.options(), jwtKey: clerk.jwtKey, errorBody };
      app = (await startApp('fastify', {
        imports: [ClerkModule.forRoot(options)],
        controllers: [TakingOver],
      })) as INestApplication<App>;
    });

    afterAll(async () => {
      await app.close();
      await clerk.stop();
    });

    async function ask(path: string, authorization = '') {
      const asked = request(app.getHttpServer()).get(path);
      const { status, text, headers } = await asked.set('Authorization', authorization);
      const { 'content-type': type, 'www-authenticate': challenge } = headers;
      // Fastify appends a charset, also where there is none to tell.
      return { status, text, type: type?.split(';')[0], challenge };
    }

    it.each(['/hijacked', '/later'])('%s is answered as any other', async (path) => {
      const usual = await ask('/usual');
      expect(usual.status).toBe(401);
      expect(usual.challenge).toMatch(/^Bearer/);
      expect(await ask(path)).toEqual(usual);
      expect(await ask(path, ada.header)).toMatchObject({ status: 200, text: ada.userId });
    });

    it('an answer that was begun ends there', async () => {
      expect(await ask('/begun')).toMatchObject({ status: 202, text: 'begun' });
    });
  });
});
