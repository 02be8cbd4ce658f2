import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Query, Resolver } from '@nestjs/graphql';
import { AuthGuard, ClerkModule, Public, UnauthenticatedException } from 'nestjs-clerk-auth';
import { ClerkPagesModule } from 'nestjs-clerk-auth/pages';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { DRIVERS } from '../support/graphql-app.js';
import { AccountResolver } from '../support/graphql-resolvers.js';
import { NAVIGATION } from '../support/page-browser.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** Finds out by itself that somebody is nobody. */
@Resolver()
class RefusingResolver {
  @Query(() => String)
  @Public()
  refused(): never {
    throw new UnauthenticatedException();
  }
}

describe.each(DRIVERS.filter(({ adapter }) => ADAPTERS.includes(adapter)))('$name', (driver) => {
  let clerk: LocalClerk;
  let alone: INestApplication;
  let besidePages: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    const start = (pages: boolean) =>
      startApp(driver.adapter, {
        imports: [
          ClerkModule.forRoot({ ...clerk.options(), proxyUrl: clerk.url }),
          ...(pages ? [ClerkPagesModule.forRoot({ signInUrl: clerk.signInUrl })] : []),
          driver.module({}),
        ],
        providers: [
          { provide: APP_GUARD, useExisting: AuthGuard },
          AccountResolver,
          RefusingResolver,
        ],
      });
    alone = await start(false);
    besidePages = await start(true);
  });

  afterAll(async () => {
    for (const app of [alone, besidePages]) await app.close();
    await clerk.stop();
  });

  async function ask(app: INestApplication, field: string, cookie: string) {
    const url = `${await app.getUrl()}/graphql?query=${encodeURIComponent(`{${field}}`)}`;
    const response = await fetch(url, {
      headers: { ...NAVIGATION, 'content-type': 'application/json', cookie },
      redirect: 'manual',
    });
    const body = (await response.json()) as object;
    return { status: response.status, to: response.headers.get('location'), body };
  }

  it.each(['me', 'refused'])('%s: a refusal is what it is without pages', async (field) => {
    const ada = clerk.signIn('ada');
    const token = clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 });
    for (const cookie of ['', `__session=${token}; __client_uat=1`]) {
      const answer = await ask(besidePages, field, cookie);
      expect(answer.to).toBeNull();
      expect(JSON.stringify(answer.body)).toMatch(/session_required|token_expired/);
      expect(answer).toEqual(await ask(alone, field, cookie));
    }
  });

  it('me: whoever is signed in is let in', async () => {
    const { cookie, userId } = clerk.signIn('ada');
    expect(await ask(besidePages, 'me', cookie)).toMatchObject({ body: { data: { me: userId } } });
  });
});
