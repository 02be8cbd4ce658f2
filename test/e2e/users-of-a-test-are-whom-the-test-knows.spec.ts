import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import {
  ClerkModule,
  CurrentUser,
  OptionalSession,
  UserService,
  type User,
} from 'nestjs-clerk-auth';
import { signedInAs, type TestCaller } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';

@Controller()
class GreetingController {
  @Get('greeting')
  @OptionalSession()
  greet(@CurrentUser() user: User | null): unknown {
    return { id: user?.id ?? null, name: user?.fullName ?? null, note: user?.privateMetadata.note };
  }
}

describe.each(ADAPTERS)('users of a test are whom the test knows (%s)', (adapter) => {
  let app: INestApplication;

  afterEach(() => app.close());

  const start = async (caller: TestCaller, kind: Adapter): Promise<void> => {
    app = await startApp(kind, {
      imports: [ClerkModule.forRoot({ envFiles: false })],
      controllers: [GreetingController],
      caller,
    });
  };

  const greeting = async (): Promise<unknown> => {
    const { status, body } = await request(app.getHttpServer()).get('/greeting');
    expect(status).toBe(200);
    return body;
  };

  it('with what is said of them, without any Clerk', async () => {
    const caller = signedInAs('user_ada');
    caller.know({
      id: 'user_ada',
      first_name: 'Ada',
      last_name: 'Lovelace',
      private_metadata: { note: 'early' },
    });
    await start(caller, adapter);
    expect(await greeting()).toEqual({ id: 'user_ada', name: 'Ada Lovelace', note: 'early' });
  });

  it('anew at every request', async () => {
    const caller = signedInAs('user_ada');
    await start(caller, adapter);
    caller.know({ id: 'user_ada', first_name: 'Ada' });
    expect(await greeting()).toMatchObject({ name: 'Ada' });
    caller.know({ id: 'user_ada', first_name: 'Countess' });
    expect(await greeting()).toMatchObject({ name: 'Countess' });
    caller.become('user_bob');
    expect(await greeting()).toMatchObject({ id: 'user_bob', name: null });
    caller.become('bob-the-2nd');
    expect(await greeting()).toMatchObject({ id: 'bob-the-2nd' });
    caller.become(null);
    expect(await greeting()).toMatchObject({ id: null });
  });

  it('and whoever calls, with an id alone; nobody else', async () => {
    await start(signedInAs('user_ada'), adapter);
    const users = app.get(UserService);
    expect(await users.get('user_ada')).toMatchObject({ id: 'user_ada', firstName: null });
    expect(await users.get('user_bob')).toBeNull();
  });
});
