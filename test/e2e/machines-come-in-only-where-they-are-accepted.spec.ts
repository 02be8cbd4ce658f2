import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, UseGuards, type INestApplication } from '@nestjs/common';
import {
  AcceptTokens,
  AuthGuard,
  ClerkModule,
  ConfigurationError,
  CurrentCaller,
  CurrentMachine,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  type Caller,
  type Machine,
  type Session,
  type TokenType,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { MESSAGES } from '../../src/errors/messages.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const ran: (Caller | null)[] = [];

function seen(caller: Caller | null): { readonly id: string | null } {
  ran.push(caller);
  return { id: caller?.id ?? null };
}

@Controller()
class Doors {
  @Get('sessions')
  @UseGuards(AuthGuard)
  sessions(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('mixed')
  @AcceptTokens('session_token', 'api_key')
  mixed(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('keys')
  @AcceptTokens('api_key')
  keys(@CurrentMachine() machine: Machine) {
    return seen(machine);
  }

  @Get('m2m')
  @AcceptTokens('m2m_token')
  m2m(@CurrentMachine() machine: Machine) {
    return seen(machine);
  }

  @Get('oauth')
  @AcceptTokens('oauth_token')
  oauth(@CurrentMachine() machine: Machine) {
    return seen(machine);
  }

  @Get('all')
  @AcceptTokens('session_token', 'api_key', 'm2m_token', 'oauth_token')
  all(@CurrentCaller() caller: Caller, @CurrentMachine() machine: Machine | null) {
    expect(machine).toBe(caller.tokenType === 'session_token' ? null : caller);
    return seen(caller);
  }

  @Get('session-demanded')
  @AcceptTokens('session_token', 'api_key')
  @RequireSession()
  demanded(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('admin')
  @AcceptTokens('session_token', 'api_key', 'm2m_token')
  @RequireSession({ role: 'org:admin' })
  admin(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('scoped')
  @AcceptTokens('session_token', 'api_key', 'oauth_token')
  @RequireSession({ scope: ['read:users', 'manage:users'] })
  scoped(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('all-scopes')
  @AcceptTokens('api_key', 'oauth_token')
  @RequireSession({ scope: { all: ['read:users', 'write:users'] } })
  allScopes(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('scoped-and-more')
  @AcceptTokens('api_key')
  @RequireSession({ scope: 'read:users', predicate: () => true })
  scopedAndMore(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('scoped-and-live')
  @AcceptTokens('api_key')
  @RequireSession({ scope: 'read:users', live: true })
  scopedAndLive(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('maybe')
  @AcceptTokens('session_token', 'api_key')
  @OptionalSession()
  maybe(
    @CurrentSession() session: Session | null,
    @CurrentSession('userId') userId: string | null,
    @CurrentMachine() machine: Machine | null,
    @CurrentCaller() caller: Caller | null,
  ) {
    expect(session).toBe(caller?.tokenType === 'session_token' ? caller : null);
    expect(userId).toBe(session?.userId ?? null);
    expect(machine).toBe(session === null ? caller : null);
    return seen(caller);
  }

  @Get('public')
  @AcceptTokens('api_key')
  @Public()
  open() {
    return seen(null);
  }
}

@Controller('class')
@AcceptTokens('api_key')
class ClassDoors {
  @Get('inherited')
  inherited(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('own')
  @AcceptTokens('session_token')
  own(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }

  @Get('session-demanded')
  @RequireSession()
  demanded(@CurrentCaller() caller: Caller) {
    return seen(caller);
  }
}

const CALLERS = [
  'session',
  'key',
  'reader',
  'writer',
  'm2m',
  'm2mJwt',
  'oauth',
  'oauthJwt',
] as const;
type CallerName = (typeof CALLERS)[number];

const TOKEN_TYPES: Readonly<Record<CallerName, TokenType>> = {
  session: 'session_token',
  key: 'api_key',
  reader: 'api_key',
  writer: 'api_key',
  m2m: 'm2m_token',
  m2mJwt: 'm2m_token',
  oauth: 'oauth_token',
  oauthJwt: 'oauth_token',
};

/** Who passes, and with which code the others are refused; 401 where a kind is not accepted at all. */
interface Door {
  readonly path: string;
  readonly passes: readonly CallerName[];
  readonly denied?: Partial<Record<CallerName, string>>;
  readonly nobody: 'session_required' | 'token_required' | 'passes';
}

const DOORS: readonly Door[] = [
  { path: 'sessions', passes: ['session'], nobody: 'session_required' },
  { path: 'mixed', passes: ['session', 'key', 'reader', 'writer'], nobody: 'session_required' },
  { path: 'keys', passes: ['key', 'reader', 'writer'], nobody: 'token_required' },
  { path: 'm2m', passes: ['m2m', 'm2mJwt'], nobody: 'token_required' },
  { path: 'oauth', passes: ['oauth', 'oauthJwt'], nobody: 'token_required' },
  { path: 'all', passes: CALLERS, nobody: 'session_required' },
  {
    path: 'session-demanded',
    passes: ['session'],
    denied: {
      key: 'machine_not_allowed',
      reader: 'machine_not_allowed',
      writer: 'machine_not_allowed',
    },
    nobody: 'session_required',
  },
  {
    path: 'admin',
    passes: [],
    denied: {
      session: 'no_active_organization',
      key: 'machine_not_allowed',
      reader: 'machine_not_allowed',
      writer: 'machine_not_allowed',
      m2m: 'machine_not_allowed',
      m2mJwt: 'machine_not_allowed',
    },
    nobody: 'session_required',
  },
  {
    path: 'scoped',
    passes: ['reader', 'writer', 'oauth', 'oauthJwt'],
    denied: { session: 'missing_scope', key: 'missing_scope' },
    nobody: 'session_required',
  },
  {
    path: 'all-scopes',
    passes: ['writer'],
    denied: {
      key: 'missing_scope',
      reader: 'missing_scope',
      oauth: 'missing_scope',
      oauthJwt: 'missing_scope',
    },
    nobody: 'token_required',
  },
  {
    path: 'scoped-and-more',
    passes: [],
    denied: {
      key: 'machine_not_allowed',
      reader: 'machine_not_allowed',
      writer: 'machine_not_allowed',
    },
    nobody: 'token_required',
  },
  {
    path: 'scoped-and-live',
    passes: [],
    denied: {
      key: 'machine_not_allowed',
      reader: 'machine_not_allowed',
      writer: 'machine_not_allowed',
    },
    nobody: 'token_required',
  },
  { path: 'public', passes: CALLERS, nobody: 'passes' },
  { path: 'class/inherited', passes: ['key', 'reader', 'writer'], nobody: 'token_required' },
  { path: 'class/own', passes: ['session'], nobody: 'session_required' },
  {
    path: 'class/session-demanded',
    passes: [],
    denied: {
      key: 'machine_not_allowed',
      reader: 'machine_not_allowed',
      writer: 'machine_not_allowed',
    },
    nobody: 'token_required',
  },
];

/** Which of the callers Clerk has to be asked about. */
const ASKED: ReadonlySet<CallerName> = new Set(['key', 'reader', 'writer', 'm2m', 'oauth']);

describe.each(ADAPTERS)('with %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let headers: Readonly<Record<CallerName, string>>;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    const scopes = ['read:users'];
    headers = {
      session: ada.header,
      key: clerk.createApiKey().header,
      reader: clerk.createApiKey({ scopes }).header,
      writer: clerk.createApiKey({ scopes: [...scopes, 'write:users'] }).header,
      m2m: clerk.createM2mToken().header,
      m2mJwt: clerk.createM2mToken({ format: 'jwt' }).header,
      oauth: clerk.createOAuthToken({ scopes }).header,
      oauthJwt: clerk.createOAuthToken({ scopes, format: 'jwt' }).header,
    };
    const imports = [ClerkModule.forRoot({ ...clerk.options(), errorBody: 'problem' })];
    app = await startApp(adapter, { imports, controllers: [Doors, ClassDoors] });
    await request(app.getHttpServer()).get('/sessions').set('Authorization', ada.header);
  });

  beforeEach(() => {
    ran.length = 0;
    clerk.forgetCalls();
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  const ask = (path: string, authorization?: string): request.Test => {
    const asked = request(app.getHttpServer()).get(`/${path}`);
    return authorization === undefined ? asked : asked.set('Authorization', authorization);
  };

  async function isAnswered(asked: request.Test, status: number, code: string): Promise<void> {
    const answer = await asked;
    const body = answer.body as Readonly<Record<string, unknown>>;
    expect({ status: answer.status, code: body.code }).toEqual({ status, code });
    expect(body.detail).toBe(MESSAGES[code as keyof typeof MESSAGES]);
    expect(ran).toEqual([]);
  }

  describe.each(DOORS)('$path', ({ path, passes, denied = {}, nobody }) => {
    it.each(CALLERS)('answers %s as it should', async (name) => {
      const code = denied[name];
      if (passes.includes(name)) {
        await ask(path, headers[name]).expect(200);
        expect(ran.map((caller) => caller?.tokenType)).toEqual([
          path === 'public' ? undefined : TOKEN_TYPES[name],
        ]);
      } else if (code === undefined) {
        await isAnswered(ask(path, headers[name]), 401, 'token_type_unsupported');
      } else {
        await isAnswered(ask(path, headers[name]), 403, code);
      }
      const isAsked =
        ASKED.has(name) && path !== 'public' && (passes.includes(name) || code !== undefined);
      expect(clerk.callCount).toBe(isAsked ? 1 : 0);
    });

    it('answers nobody as it should', async () => {
      if (nobody === 'passes') {
        await ask(path).expect(200);
        return;
      }
      const answer = await ask(path);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      await isAnswered(ask(path), 401, nobody);
    });
  });

  it('lets machines in by header alone: their tokens in a cookie are none', async () => {
    for (const name of ['key', 'm2m', 'oauth', 'm2mJwt', 'oauthJwt'] as const) {
      const cookie = `__session=${headers[name].slice('Bearer '.length)}`;
      await isAnswered(ask('all').set('Cookie', cookie), 401, 'token_type_unsupported');
    }
    expect(clerk.callCount).toBe(0);
    await ask('all').set('Cookie', ada.cookie).expect(200);
  });

  it('does not look at cookies where only machines are accepted', async () => {
    await isAnswered(ask('keys').set('Cookie', ada.cookie), 401, 'token_required');
    await ask('keys', headers.key).set('Cookie', ada.cookie).expect(200);
  });

  it('refuses a machine that asks for a session', async () => {
    const path = `all?_clerk_session_id=${ada.sessionId}`;
    await isAnswered(ask(path, headers.key), 401, 'session_mismatch');
    await isAnswered(ask(path, headers.m2mJwt), 401, 'session_mismatch');
    expect(clerk.callCount).toBe(0);
    await ask(path, headers.session).expect(200);
  });

  it('runs a handler for a machine, a session or nobody where a session is optional', async () => {
    for (const header of [headers.key, headers.session, undefined, headers.m2m]) {
      await ask('maybe', header).expect(200);
    }
    expect(ran.map((caller) => caller?.tokenType)).toEqual([
      'api_key',
      'session_token',
      undefined,
      undefined,
    ]);
  });

  it('tells who calls, and never the secret', async () => {
    for (const name of CALLERS) await ask('all', headers[name]).expect(200);
    const types: TokenType[] = ['session_token', 'api_key', 'm2m_token', 'oauth_token'];
    expect([...new Set(ran.map((caller) => caller?.tokenType))]).toEqual(types);
    for (const name of CALLERS) {
      expect(JSON.stringify(ran)).not.toContain(headers[name].slice('Bearer '.length));
    }
    const [, , reader, , m2m, , oauth, oauthJwt] = ran;
    expect(reader).toMatchObject({
      userId: ada.userId,
      organizationId: null,
      scopes: ['read:users'],
    });
    expect(m2m).toMatchObject({ machineId: expect.stringMatching(/^mch_/), scopes: [] });
    expect(oauth).toMatchObject({ userId: ada.userId, clientId: 'local-oauth-app' });
    expect(oauthJwt).toMatchObject({ userId: ada.userId, scopes: ['read:users'] });
  });
});

it('takes no decorator that accepts nothing, or what does not exist', () => {
  const wrong: readonly (readonly string[])[] = [[], ['session'], ['api_key', 'cookie']];
  for (const types of wrong) {
    expect(() => AcceptTokens(...(types as unknown as ['api_key']))).toThrow(ConfigurationError);
  }
  expect(() => AcceptTokens('api_key')).not.toThrow();
});
