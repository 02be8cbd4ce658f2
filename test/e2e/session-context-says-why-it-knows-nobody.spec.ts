import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  ClerkModule,
  ConfigurationError,
  RequireSession,
  SessionContext,
  SessionService,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { setTimeout } from 'node:timers/promises';
import request from 'supertest';
import { SessionTeller } from '../support/session-teller.js';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';

@Controller()
class TellingController {
  constructor(
    private readonly teller: SessionTeller,
    private readonly sessions: SessionContext,
  ) {}

  @Get('me')
  @RequireSession()
  me(): object {
    return { current: this.teller.current(), peek: this.teller.peek() };
  }

  @Get('guest-within')
  @RequireSession()
  async guestWithin(): Promise<object> {
    const within = await this.sessions.run(null, async () => {
      await setTimeout(1);
      return this.teller.current();
    });
    return { within, after: this.teller.current() };
  }
}

let clerk: LocalClerk;

beforeAll(async () => {
  clerk = await LocalClerk.start();
});

afterAll(() => clerk.stop());

function start(adapter: Adapter, sessionContext?: boolean): Promise<INestApplication> {
  return startApp(adapter, {
    imports: [ClerkModule.forRoot({ ...clerk.options(), sessionContext })],
    controllers: [TellingController],
    providers: [SessionTeller],
  });
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const isMissing = (because: RegExp): unknown =>
  expect.objectContaining({ code: 'context_missing', message: expect.stringMatching(because) });

describe.each(ADAPTERS)('on %s', (adapter) => {
  describe('with the option off', () => {
    let app: INestApplication;
    let sessions: SessionContext;

    beforeAll(async () => {
      app = await start(adapter);
      sessions = app.get(SessionContext);
    });

    afterAll(() => app.close());

    it('says that it is off, within a request as well', async () => {
      for (const ask of [
        () => sessions.current(),
        () => sessions.require(),
        () => sessions.run(null, () => 1),
      ]) {
        const error = thrownBy(ask);
        expect(error).toBeInstanceOf(ConfigurationError);
        expect(error).toEqual(isMissing(/is off: add sessionContext: true/));
      }
      expect(sessions.peek()).toBeNull();
      const { header } = clerk.signIn('ada');
      await request(app.getHttpServer())
        .get('/me')
        .set('Authorization', header)
        .expect(200, { current: 'context_missing', peek: null });
    });

    it.each([
      [undefined, 0],
      [true, 1],
    ])('with sessionContext %p there is %p more before everything', async (option, more) => {
      const other = await start(adapter, option);
      expect(stepsOf(other) - stepsOf(app)).toBe(more);
      await other.close();
    });
  });

  describe('outside of a request', () => {
    let app: INestApplication;
    let sessions: SessionContext;
    let teller: SessionTeller;
    let ada: Session;
    let bob: Session;

    beforeAll(async () => {
      app = await start(adapter, true);
      sessions = app.get(SessionContext);
      teller = app.get(SessionTeller);
      const service = app.get(SessionService);
      ada = await service.verifyToken(clerk.signIn('ada').sessionToken);
      bob = await service.verifyToken(clerk.signIn('bob').sessionToken);
    });

    afterAll(() => app.close());

    it('says that there is no request', () => {
      for (const ask of [() => sessions.current(), () => sessions.require()]) {
        const error = thrownBy(ask);
        expect(error).toBeInstanceOf(ConfigurationError);
        expect(error).toEqual(isMissing(/outside of an HTTP request.*SessionContext\.run/));
      }
      expect(sessions.peek()).toBeNull();
    });

    it('run() gives work a session, and gives it to nothing else', async () => {
      const worked = sessions.run(ada, async () => {
        await setTimeout(2);
        return [teller.current(), teller.required(), teller.peek()];
      });
      expect(teller.current()).toBe('context_missing');
      expect(await worked).toEqual([ada.userId, ada.userId, ada.userId]);
      expect(teller.current()).toBe('context_missing');
    });

    it('run() within run() is about the inner session alone', async () => {
      const seen = await sessions.run(ada, async () => {
        const [inner, guest] = await Promise.all([
          sessions.run(bob, async () => {
            await setTimeout(1);
            return teller.current();
          }),
          sessions.run(null, async () => {
            await setTimeout(1);
            return [teller.current(), teller.required()];
          }),
        ]);
        return { inner, guest, outer: teller.current() };
      });
      const guest = ['guest', '401 session_required'];
      expect(seen).toEqual({ inner: bob.userId, guest, outer: ada.userId });
    });

    it('run() hands back what the work throws, and refuses what is no session', () => {
      const problem = new Error('of the work');
      const failing = (): never => {
        throw problem;
      };
      expect(thrownBy(() => sessions.run(ada, failing))).toBe(problem);
      for (const odd of [undefined, 'sess_1', 1]) {
        const error = thrownBy(() => sessions.run(odd as unknown as Session, () => 1));
        expect(error).toBeInstanceOf(TypeError);
        expect(error).toMatchObject({ message: expect.stringContaining('or null for a guest') });
      }
    });

    it('run() within a request lasts for its work alone', async () => {
      const { header, userId } = clerk.signIn('carol');
      await request(app.getHttpServer())
        .get('/guest-within')
        .set('Authorization', header)
        .expect(200, { within: 'guest', after: userId });
    });
  });
});

/** How much runs before the routes. */
function stepsOf(app: INestApplication): number {
  const instance: unknown = app.get(HttpAdapterHost).httpAdapter.getInstance();
  const { router } = instance as { router?: { stack: { name: string }[] } };
  if (router !== undefined) {
    return router.stack.filter(({ name }) => name === 'inScopeOfItsOwn').length;
  }
  const key = Object.getOwnPropertySymbols(instance).find((symbol) =>
    String(symbol).includes('hooks'),
  );
  const hooks = (instance as Record<symbol, { onRequest: unknown[] } | undefined>)[key ?? Symbol()];
  return hooks?.onRequest.length ?? NaN;
}
