/* eslint-disable @typescript-eslint/no-floating-promises -- node:test awaits what it runs */
// Run by callers-are-limited-by-who-they-are.spec.ts in plain Node, because Jest cannot load throttler beside Nest 12.
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module, type INestApplication } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ThrottlerModule } from '@nestjs/throttler';
import { AuthGuard, ClerkModule, RequireSession } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { CallerThrottlerGuard } from 'nestjs-clerk-auth/throttler';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

@Resolver()
class Answers {
  @Query(() => String)
  @RequireSession()
  me(): string {
    return 'ran';
  }
}

let clerk: LocalClerk;

before(async () => {
  clerk = await LocalClerk.start();
});

after(async () => {
  await clerk.stop();
});

for (const driver of ['apollo', 'mercurius'] as const) {
  describe(`GraphQL with ${driver}`, () => {
    let app: INestApplication;

    before(async () => {
      class AppModule {}
      Module({
        imports: [
          ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey }),
          ThrottlerModule.forRoot([{ ttl: 60_000, limit: 2 }]),
          driver === 'apollo'
            ? GraphQLModule.forRoot<ApolloDriverConfig>({
                driver: ApolloDriver,
                autoSchemaFile: true,
              })
            : GraphQLModule.forRoot<MercuriusDriverConfig>({
                driver: MercuriusDriver,
                autoSchemaFile: true,
              }),
        ],
        providers: [
          Answers,
          { provide: APP_GUARD, useClass: CallerThrottlerGuard },
          { provide: APP_GUARD, useExisting: AuthGuard },
        ],
      })(AppModule);
      const quiet = { logger: false } as const;
      app =
        driver === 'apollo'
          ? await NestFactory.create(AppModule, quiet)
          : await NestFactory.create(AppModule, new FastifyAdapter(), quiet);
      await app.listen(0, '127.0.0.1');
    });

    after(async () => {
      await app.close();
    });

    async function ask(headers: Record<string, string>): Promise<string> {
      const response = await fetch(`${await app.getUrl()}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ me }' }),
      });
      return response.text();
    }

    it('limits each user', async () => {
      const ada = { authorization: clerk.signIn('ada').header };
      assert.match(await ask(ada), /"me":"ran"/);
      assert.match(await ask(ada), /"me":"ran"/);
      assert.match(await ask(ada), /Too Many Requests/);
      assert.match(await ask({ authorization: clerk.signIn('bob').header }), /"me":"ran"/);
    });

    it('bounds what made-up tokens cost', async () => {
      clerk.forgetCalls();
      for (let no = 0; no < 40; no += 1) await ask({ cookie: `__session=made_up_${String(no)}` });
      assert.ok(clerk.calls.length <= 15, String(clerk.calls.length));
      assert.match(await ask({ cookie: '__session=made_up' }), /Too Many Requests/);
      assert.match(await ask({ authorization: clerk.signIn('carol').header }), /"me":"ran"/);
    });
  });
}
