import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Post,
  ValidationPipe,
  type INestApplication,
  type PipeTransform,
} from '@nestjs/common';
import {
  AcceptTokens,
  ClerkModule,
  CurrentUser,
  OptionalSession,
  Public,
  RequireSession,
  type User,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** A pipe of the application's own, after ours. */
@Injectable()
class Initial implements PipeTransform<User | null, string | null> {
  transform(user: User | null): string | null {
    return user?.firstName?.slice(0, 1) ?? null;
  }
}

/** What some applications have for all texts. */
@Injectable()
class LowerCase implements PipeTransform {
  transform(value: unknown): unknown {
    return typeof value === 'string' ? value.toLowerCase() : value;
  }
}

@Controller()
class UserController {
  @Get('me')
  @RequireSession()
  me(@CurrentUser() user: User): unknown {
    return { id: user.id, first: user.firstName, note: user.privateMetadata.note };
  }

  @Get('whole')
  @RequireSession()
  whole(@CurrentUser() user: User): User {
    return user;
  }

  @Get('name')
  @RequireSession()
  name(@CurrentUser('firstName') name: string, @CurrentUser(Initial) initial: string): unknown {
    return { name, initial };
  }

  @Get('maybe')
  @OptionalSession()
  maybe(@CurrentUser() user: User | null, @CurrentUser('firstName') name: string | null): unknown {
    return { user: user?.id ?? null, name };
  }

  @Get('machine')
  @AcceptTokens('api_key')
  machine(@CurrentUser() user: User | null): unknown {
    return { user };
  }

  @Get('open')
  @Public()
  open(@CurrentUser() user: User): unknown {
    return user;
  }

  @Post('typed')
  @RequireSession()
  typed(@CurrentUser() user: User): unknown {
    return { id: user.id };
  }
}

describe.each(ADAPTERS)('the current user is the caller’s (%s)', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    const options = { ...clerk.options(), jwtKey: clerk.jwtKey, userCache: false } as const;
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...options, errorBody: 'problem', backendBudget: 300 })],
      controllers: [UserController],
      prepare: (prepared) => {
        prepared.useGlobalPipes(
          new LowerCase(),
          new ValidationPipe({ whitelist: true, transform: true, validateCustomDecorators: true }),
        );
      },
    });
  });

  beforeEach(() => {
    clerk.forgetCalls();
  });

  afterEach(() => {
    clerk.outage(false);
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  const ask = (path: string, header?: string): request.Test => {
    const asked = request(app.getHttpServer()).get(path);
    return header === undefined ? asked : asked.set('Authorization', header);
  };

  it('as Clerk knows them, whatever global pipes do to texts', async () => {
    const { header, userId } = clerk.signIn('ada');
    clerk.updateUser('ada', { privateMetadata: { note: 'early' } });
    const { status, body } = await ask('/me', header);
    expect([status, body]).toEqual([200, { id: userId, first: 'ada', note: 'early' }]);
  });

  it('each their own', async () => {
    const people = ['ada', 'bob'].map((name) => clerk.signIn(name));
    const answers = await Promise.all(people.map(({ header }) => ask('/me', header)));
    expect(answers.map(({ body }) => (body as { id: string }).id)).toEqual(
      people.map(({ userId }) => userId),
    );
  });

  it('without what is private when a handler returns the user as they are', async () => {
    clerk.updateUser('ada', { privateMetadata: { note: 'hush-hush' }, lastName: 'Lovelace' });
    const { status, text } = await ask('/whole', clerk.signIn('ada').header);
    expect(status).toBe(200);
    expect(text).toContain('"fullName":"ada Lovelace"');
    expect(text).not.toContain('hush');
  });

  it('or one property of theirs, or what a pipe of the route makes of them', async () => {
    const { status, body } = await ask('/name', clerk.signIn('ada').header);
    expect([status, body]).toEqual([200, { name: 'ada', initial: 'a' }]);
  });

  it('null for guests, about whom nobody is asked', async () => {
    const { status, body } = await ask('/maybe');
    expect([status, body]).toEqual([200, { user: null, name: null }]);
    expect(clerk.callCount).toBe(0);
    const ada = clerk.signIn('ada');
    expect((await ask('/maybe', ada.header)).body).toEqual({ user: ada.userId, name: 'ada' });
  });

  it('null for machines, whose users they are not', async () => {
    const key = clerk.createApiKey({ subject: 'ada' });
    const { status, body } = await ask('/machine', key.header);
    expect([status, body]).toEqual([200, { user: null }]);
    expect(clerk.callsTo(/users/)).toEqual([]);
  });

  it('null when they were deleted a moment ago', async () => {
    const carol = clerk.signIn('carol');
    clerk.deleteUser('carol');
    const { status, body } = await ask('/maybe', carol.header);
    expect([status, body]).toEqual([200, { user: null, name: null }]);
  });

  it('asked for only once the guard has let the caller in', async () => {
    const { status, body } = await ask('/me');
    expect([status, (body as { code: string }).code]).toEqual([401, 'session_required']);
    const expired = await ask('/me', `Bearer ${clerk.mint({ expiresIn: -60 })}`);
    expect([expired.status, (expired.body as { code: string }).code]).toEqual([
      401,
      'token_expired',
    ]);
    expect(clerk.callCount).toBe(0);
  });

  it('and not at all where no guard looks: that is a mistake of ours', async () => {
    const { status, text } = await ask('/open', clerk.signIn('ada').header);
    expect(status).toBe(500);
    expect(text).not.toContain('user_');
    expect(clerk.callCount).toBe(0);
  });

  it('also where the compiler notes the declared type of the parameter', async () => {
    const { header, userId } = clerk.signIn('ada');
    const asked = request(app.getHttpServer()).post('/typed').set('Authorization', header);
    const { status, body } = await asked.send({ id: 'user_of_somebody_else' });
    expect([status, body]).toEqual([201, { id: userId }]);
  });

  it('503 with Retry-After while Clerk cannot be asked', async () => {
    const { header } = clerk.signIn('ada');
    clerk.outage('rate-limit', { retryAfter: 7 });
    const { status, body, headers } = await ask('/me', header);
    expect([status, (body as { code: string }).code]).toEqual([503, 'authority_unavailable']);
    expect(headers['retry-after']).toBe('7');
  });
});
