import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Get,
  Inject,
  UseFilters,
  UseGuards,
  type ArgumentsHost,
  type ContextType,
  type ExceptionFilter,
  type INestApplication,
} from '@nestjs/common';
import { ExternalContextCreator, HttpAdapterHost } from '@nestjs/core';
import {
  AuthGuard,
  ClerkModule,
  ConfigurationError,
  CurrentCaller,
  CurrentMachine,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  UnauthenticatedException,
  type Caller,
  type Machine,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { isObservable, lastValueFrom } from 'rxjs';
import request from 'supertest';
import { MESSAGES } from '../../src/errors/messages.js';
import { expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const caught: unknown[] = [];

@Catch(ConfigurationError)
class Net implements ExceptionFilter<ConfigurationError> {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: ConfigurationError, host: ArgumentsHost): void {
    caught.push(error);
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), 'caught', 500);
  }
}

function seen(handler: string, user: string | null): { readonly user: string | null } {
  handled.push(handler);
  return { user };
}

@Controller()
class ForgetfulController {
  @Get('whole')
  whole(@CurrentSession() session: Session | null) {
    return seen('whole', session?.userId ?? null);
  }

  @Get('property')
  property(@CurrentSession('userId') user: string | null) {
    return seen('property', user);
  }

  @Get('caller')
  caller(@CurrentCaller() caller: Caller | null) {
    return seen('caller', caller?.tokenType ?? null);
  }

  @Get('machine')
  machine(@CurrentMachine() machine: Machine | null) {
    return seen('machine', machine?.subject ?? null);
  }

  @Get('public')
  @Public()
  @UseGuards(AuthGuard)
  open(@CurrentSession('userId') user: string | null) {
    return seen('open', user);
  }

  @Get('caught')
  @UseFilters(Net)
  caught(@CurrentSession('userId') user: string | null) {
    return seen('caught', user);
  }

  @Get('guarded')
  @RequireSession()
  guarded(@CurrentSession('userId') user: string) {
    return seen('guarded', user);
  }
}

/** Handlers that something else than HTTP leads to. */
class Elsewhere {
  @RequireSession()
  required(): string {
    handled.push('required');
    return 'done';
  }

  @OptionalSession()
  optional(): string {
    handled.push('optional');
    return 'done';
  }

  @UseGuards(AuthGuard)
  guarded(): string {
    handled.push('guarded');
    return 'done';
  }

  @Public()
  @UseGuards(AuthGuard)
  open(): string {
    handled.push('open');
    return 'done';
  }

  unguarded(): string {
    handled.push('unguarded');
    return 'done';
  }

  refusing(): never {
    throw new UnauthenticatedException('session_pending');
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  let log: RecordedLog;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey })],
      controllers: [ForgetfulController],
      providers: [Elsewhere],
    });
    log = new RecordedLog().listen();
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    caught.length = 0;
    log.forget();
  });

  const get = (path: string): request.Test =>
    request(app.getHttpServer()).get(path).set('Authorization', ada.header);

  describe('a caller parameter where no guard has looked', () => {
    it.each([
      ['/whole', 'ForgetfulController.whole takes @CurrentSession()'],
      ['/property', 'ForgetfulController.property takes @CurrentSession()'],
      ['/public', 'ForgetfulController.open takes @CurrentSession()'],
      ['/caller', 'ForgetfulController.caller takes @CurrentCaller()'],
      ['/machine', 'ForgetfulController.machine takes @CurrentMachine()'],
    ])('%s is a 500 that tells the caller nothing, and the log %s', async (path, said) => {
      const { status, body } = await get(path);
      expect({ status, body: body as unknown }).toEqual({
        status: 500,
        body: { statusCode: 500, message: 'Internal server error' },
      });
      expect(handled).toEqual([]);
      expect(log.said('error').join('\n')).toContain(said);
      expect(log.said('error').join('\n')).toContain('add @RequireSession() or @OptionalSession()');
      expect(log.whole).not.toContain(ada.sessionToken);
    });

    it('is a ConfigurationError guard_missing to a filter', async () => {
      expect((await get('/caught').expect(500)).text).toBe('caught');
      expect(caught).toHaveLength(1);
      expect(caught[0]).toBeInstanceOf(ConfigurationError);
      expect(caught[0]).toMatchObject({
        code: 'guard_missing',
        message: expect.stringMatching(/^nestjs-clerk-auth: ForgetfulController\.caught takes/),
      });
    });

    it('is fine where one has', async () => {
      expectUser(await get('/guarded'), ada.userId);
      expect(log.said('error')).toEqual([]);
    });
  });

  // As @nestjs/graphql and microservices do it: the same guards, another kind of context.
  const callAs = async (
    kind: ContextType | 'graphql' | 'necord',
    handler: keyof Elsewhere,
    args: readonly unknown[],
  ): Promise<unknown> => {
    const elsewhere = app.get(Elsewhere);
    const nothing = [undefined, undefined, undefined, undefined, undefined] as const;
    const external = app
      .get(ExternalContextCreator)
      .create(elsewhere, elsewhere[handler], handler, ...nothing, kind);
    return (await external(...args)) as unknown;
  };

  it('a GraphQL client learns nothing of our insides', async () => {
    const reason = await callAs('graphql', 'required', [{}, {}, {}, {}]).catch(
      (thrown: unknown) => thrown,
    );
    const { message, name, code } = reason as ConfigurationError;
    expect([message, name, code].join(' ')).not.toMatch(/Elsewhere|required/);
    expect(JSON.stringify(reason)).not.toMatch(/Elsewhere|required/);
    expect((reason as ConfigurationError).problems.join()).not.toMatch(/Elsewhere|required/);
  });

  describe('a refusal in a gateway is told the client by the event "exception",', () => {
    const told: unknown[] = [];
    const emit = (...said: unknown[]): void => void told.push(said);
    const send = (text: string): void => void told.push(JSON.parse(text));
    const gone = (): never => {
      throw new Error('WebSocket is not open');
    };
    const exception = {
      status: 'error',
      statusCode: 401,
      code: 'session_pending',
      message: MESSAGES.session_pending,
    };

    it.each<[string, object, readonly unknown[]]>([
      ['of socket.io', { emit, send: emit }, [['exception', exception]]],
      ['of ws', { readyState: 1, emit, send }, [{ event: 'exception', data: exception }]],
      ['or nobody, if it has gone', { readyState: 3, send: gone }, []],
      ['or nobody, if it is none', {}, []],
    ])('%s', async (_, client, expected) => {
      told.length = 0;
      // Nest's gateways stop here; what this context creator makes of it does not matter.
      await callAs('ws', 'refusing', [client, 'data']).catch(() => undefined);
      expect(told).toEqual(expected);
    });
  });

  describe.each<ContextType | 'graphql' | 'necord'>(['rpc', 'ws', 'necord'])(
    'in an execution context of kind %s',
    (kind) => {
      const call = async (handler: keyof Elsewhere): Promise<unknown> => {
        // Everything a guard that guesses could take for a request of somebody signed in.
        const carrier = { headers: { authorization: ada.header }, url: '/', raw: undefined };
        return callAs(kind, handler, [carrier, carrier, { req: carrier }, carrier]);
      };

      it.each(['required', 'optional', 'guarded'] as const)(
        '%s throws context_unsupported, which says the way out; handler and kind are for the log',
        async (handler) => {
          const asked = call(handler);
          await expect(asked).rejects.toBeInstanceOf(ConfigurationError);
          await expect(asked).rejects.toMatchObject({ code: 'context_unsupported' });
          await expect(asked).rejects.toThrow(`kind "${kind}"`);
          await expect(asked).rejects.toThrow('@Public()');
          expect(log.whole).toContain(`Elsewhere.${handler} asks for a session`);
          expect(handled).toEqual([]);
        },
      );

      it('lets through what is public or not guarded at all', async () => {
        await expect(call('open')).resolves.toBe('done');
        await expect(call('unguarded')).resolves.toBe('done');
        expect(handled).toEqual(['open', 'unguarded']);
      });

      it('hands a refusal that the handler throws to whoever answers there', async () => {
        const asked = call('refusing').then((answer) => {
          // Message handlers answer in observables.
          return isObservable(answer) ? lastValueFrom(answer) : answer;
        });
        const expected = { code: 'session_pending', message: expect.any(String) };
        await expect(asked).rejects.toMatchObject(expected);
        expect(log.said('error')).toEqual([]);
      });
    },
  );
});
