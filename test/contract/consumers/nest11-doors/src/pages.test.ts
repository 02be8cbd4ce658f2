// Pages on Nest 11, in plain Node: a filter is registered in configure(), and a step before the routes gives views `clerk`.
/* eslint-disable @typescript-eslint/no-floating-promises -- node:test awaits what it runs */
import {
  Catch,
  Controller,
  Get,
  HttpException,
  Module,
  Res,
  type INestApplication,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  ClerkModule,
  OptionalSession,
  RequireSession,
  UnauthenticatedException,
} from 'nestjs-clerk-auth';
import { ClerkPagesModule, type ClerkLocals } from 'nestjs-clerk-auth/pages';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

@Controller()
class Pages {
  @Get('invoices')
  @RequireSession()
  invoices(@Res({ passthrough: true }) { locals }: { locals: { clerk: ClerkLocals } }): string {
    return `invoices of ${String(locals.clerk.userId)}`;
  }

  @Get('own')
  @OptionalSession()
  own(): never {
    throw new UnauthenticatedException();
  }
}

@Catch(HttpException)
class Everything extends BaseExceptionFilter {}

for (const adapter of ['express', 'fastify'] as const) {
  describe(`pages on ${adapter}`, () => {
    let clerk: LocalClerk;
    let app: INestApplication;
    let url: string;

    before(async () => {
      clerk = await LocalClerk.start();
      const imports = [
        ClerkModule.forRoot({ ...clerk.options(), proxyUrl: clerk.url }),
        ClerkPagesModule.forRoot({ signInUrl: clerk.signInUrl }),
      ];
      const providers = [{ provide: APP_FILTER, useClass: Everything }];
      class AppModule {}
      Module({ imports, providers, controllers: [Pages] })(AppModule);
      const quiet = { logger: false } as const;
      app =
        adapter === 'fastify'
          ? await NestFactory.create(AppModule, new FastifyAdapter(), quiet)
          : await NestFactory.create(AppModule, quiet);
      await app.listen(0, '127.0.0.1');
      url = await app.getUrl();
    });

    after(async () => {
      await app.close();
      await clerk.stop();
    });

    const open = async (path: string, cookie = '', accept = 'text/html') => {
      const headers = { accept, ...(cookie === '' ? {} : { cookie }) };
      const answer = await fetch(`${url}${path}`, { redirect: 'manual', headers });
      return {
        status: answer.status,
        to: answer.headers.get('location'),
        text: await answer.text(),
      };
    };

    it('are there for somebody signed in', async () => {
      const ada = clerk.signIn('ada');
      const { status, text } = await open('/invoices', ada.cookie);
      assert.deepEqual({ status, text }, { status: 200, text: `invoices of ${ada.userId}` });
    });

    it('send an expired token to Clerk, and somebody unknown to sign in', async () => {
      const token = clerk.mint({ session: clerk.signIn('ada'), expiresIn: -60, issuedAt: -120 });
      const expired = await open('/invoices', `__session=${token}; __client_uat=1`);
      assert.equal(expired.status, 307);
      assert.ok(expired.to?.startsWith(`${clerk.url}/v1/client/handshake?`));
      for (const path of ['/invoices', '/own']) {
        const unknown = await open(path);
        assert.equal(unknown.status, 307);
        assert.ok(unknown.to?.startsWith(clerk.signInUrl));
      }
    });

    it('send nobody anywhere who fetches', async () => {
      for (const path of ['/invoices', '/own']) {
        const { status, to } = await open(path, '', 'application/json');
        assert.deepEqual({ status, to }, { status: 401, to: null });
      }
    });
  });
}
