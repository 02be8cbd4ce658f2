import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Module, type INestApplication, type Type } from '@nestjs/common';
import {
  type ClerkWebhooksModule,
  OnClerkEvent,
  WebhookLedger,
  type Claim,
  type ClerkEvent,
  type Delivery,
} from 'nestjs-clerk-auth/webhooks';
import { EMPTY, tap, throwError, timer, type Observable } from 'rxjs';
import { deliver, type DeliveryAnswer } from '../support/deliver.js';
import { HandTimer } from '../support/hand-timer.js';
import { RecordedLog } from '../support/recorded-log.js';
import { eventOf, sign } from '../support/signed-delivery.js';
import { ADAPTERS, type Adapter } from '../support/start-app.js';
import { startWebhooks } from '../support/start-webhooks.js';
import { until } from '../support/until.js';

const time = new HandTimer(Date.UTC(2026, 0, 1));

/** Something to be decided later, and from outside. */
interface Gate {
  readonly open: () => void;
  readonly fail: (reason: Error) => void;
  readonly passed: Promise<void>;
}

function gate(): Gate {
  let open: Gate['open'] = () => undefined;
  let fail: Gate['fail'] = () => undefined;
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { open, fail, passed };
}

const apps: INestApplication[] = [];

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function start(
  adapter: Adapter,
  providers: readonly Type[],
  webhooks: Parameters<typeof ClerkWebhooksModule.forRoot>[0] = {},
): Promise<INestApplication> {
  const app = await startWebhooks(adapter, {
    providers,
    webhooks,
    now: time.now,
    timer: time.timer,
  });
  apps.push(app);
  return app;
}

function attempt(
  app: INestApplication,
  id: string,
  event = eventOf('user.created'),
): Promise<DeliveryAnswer> {
  return deliver(app, sign(event, { id, at: time.now() }));
}

function accepted(outcome: string, handlers: number): object {
  return { status: 200, body: { outcome, handlers } };
}

function refused(status: number, code: string): object {
  return { status, body: { code, message: expect.any(String) } };
}

describe.each(ADAPTERS)('over %s', (adapter) => {
  it('a retry runs what failed, and nothing else', async () => {
    const runs: string[] = [];
    let fails = true;
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      good(): void {
        runs.push('good');
      }
      @OnClerkEvent('user.*')
      async bad(): Promise<void> {
        runs.push('bad');
        if (fails) throw new Error('the database is away');
        await Promise.resolve();
      }
      @OnClerkEvent('organization.*')
      other(): void {
        runs.push('other');
      }
    }
    const app = await start(adapter, [Handlers]);
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(500, 'webhook_handler_failed'));
    expect(runs.splice(0).sort()).toEqual(['bad', 'good']);
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(500, 'webhook_handler_failed'));
    expect(runs.splice(0)).toEqual(['bad']);
    fails = false;
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('handled', 2));
    expect(runs.splice(0)).toEqual(['bad']);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('duplicate', 2));
    expect(runs).toEqual([]);
  });

  it('the same id by two endpoints, as while secrets rotate, runs once; another id again', async () => {
    const runs: string[] = [];
    @Injectable()
    class Handlers {
      @OnClerkEvent('*')
      note(_: ClerkEvent, { id }: Delivery): void {
        runs.push(id);
      }
    }
    const app = await start(adapter, [Handlers]);
    const answers = await Promise.all([
      attempt(app, 'msg_a'),
      attempt(app, 'msg_a'),
      attempt(app, 'msg_b'),
    ]);
    expect(runs.sort()).toEqual(['msg_a', 'msg_b']);
    expect(
      answers.map(({ status }) => status).filter((status) => status === 200).length,
    ).toBeGreaterThan(1);
  });

  it('nobody listens: 200, or Clerk would come again for ever', async () => {
    const app = await start(adapter, []);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('ignored', 0));
  });

  it('while one attempt is at it another is told to come later', async () => {
    const { open, passed } = gate();
    let runs = 0;
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      async slow(): Promise<void> {
        runs += 1;
        await passed;
      }
    }
    const app = await start(adapter, [Handlers]);
    const first = attempt(app, 'msg_1');
    await until(() => runs === 1);
    const second = await attempt(app, 'msg_1');
    expect(second).toMatchObject(refused(503, 'webhook_in_progress'));
    expect(second.headers['retry-after']).toBe('5');
    open();
    expect(await first).toMatchObject(accepted('handled', 1));
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('duplicate', 1));
    expect(runs).toBe(1);
  });

  it('a handler that is slower than the timeout goes on, and the retry finds it done', async () => {
    const { open, passed } = gate();
    const signals: AbortSignal[] = [];
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      async slow(_: ClerkEvent, { signal }: Delivery): Promise<void> {
        signals.push(signal);
        await passed;
      }
      @OnClerkEvent('user.created')
      quick(): void {
        // Done at once: no reason to run it again.
      }
    }
    const app = await start(adapter, [Handlers]);
    const log = new RecordedLog().listen();
    const first = attempt(app, 'msg_1');
    await until(() => signals.length === 1);
    expect(signals[0]?.aborted).toBe(false);
    time.pass(11_999);
    expect(signals[0]?.aborted).toBe(false);
    time.pass(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(await first).toMatchObject(refused(503, 'webhook_in_progress'));
    expect(log.said('warn')).toEqual([expect.stringContaining('AppModule.Handlers.slow')]);
    expect(log.said('error')).toEqual([]);
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(503, 'webhook_in_progress'));
    open();
    await until(() => true);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('duplicate', 2));
    expect(signals).toHaveLength(1);
  });

  it('a handler that fails late is run again by the next attempt, and ends no process', async () => {
    const { fail, passed } = gate();
    let runs = 0;
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      async slow(): Promise<void> {
        runs += 1;
        if (runs === 1) await passed;
      }
    }
    const app = await start(adapter, [Handlers]);
    const log = new RecordedLog().listen();
    const first = attempt(app, 'msg_late');
    await until(() => runs === 1);
    time.pass(12_000);
    expect(await first).toMatchObject(refused(503, 'webhook_in_progress'));
    fail(new Error('too late'));
    await until(() => log.said('error').length === 1);
    expect(log.said('error')[0]).toMatch(
      /AppModule\.Handlers\.slow.*user\.created \(msg_late\).*too late/s,
    );
    expect(await attempt(app, 'msg_late')).toMatchObject(accepted('handled', 1));
    expect(runs).toBe(2);
  });

  it('a claim of a process that died ends with its lease', async () => {
    let runs = 0;
    const never = gate();
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      async hangs(): Promise<void> {
        runs += 1;
        if (runs === 1) await never.passed;
      }
    }
    const app = await start(adapter, [Handlers]);
    const first = attempt(app, 'msg_1');
    await until(() => runs === 1);
    time.pass(12_000);
    await first;
    time.pass(107_999);
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(503, 'webhook_in_progress'));
    time.pass(1);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('handled', 1));
  });

  it('what was handled is known for as long as Clerk may retry, and not longer', async () => {
    let runs = 0;
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      note(): void {
        runs += 1;
      }
    }
    const app = await start(adapter, [Handlers], { remember: 60_000 });
    await attempt(app, 'msg_1');
    time.pass(59_999);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('duplicate', 1));
    time.pass(1);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('handled', 1));
    expect(runs).toBe(2);
  });

  it('the log says which handler failed, for what, and where', async () => {
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      breaks(): never {
        throw new TypeError('name is not defined');
      }
    }
    const app = await start(adapter, [Handlers]);
    const log = new RecordedLog().listen();
    await attempt(app, 'msg_7', eventOf('user.created', { hidden: 'content' }));
    const [line] = log.said('error');
    expect(line).toMatch(
      /AppModule\.Handlers\.breaks.*user\.created \(msg_7\).*name is not defined/s,
    );
    expect(line).toContain('webhooks-each-handler-runs-until-it-succeeds');
    expect(log.whole).not.toContain('content');
  });
});

const [adapter = 'express'] = ADAPTERS;

describe('what a handler is told', () => {
  async function told(
    event: object,
    at = time.now(),
  ): Promise<{ event: ClerkEvent; delivery: Delivery }> {
    const heard: { event: ClerkEvent; delivery: Delivery }[] = [];
    @Injectable()
    class Handlers {
      @OnClerkEvent('*')
      note(one: ClerkEvent, delivery: Delivery): void {
        heard.push({ event: one, delivery });
      }
    }
    const app = await start(adapter, [Handlers]);
    expect(await deliver(app, sign(event, { id: 'msg_1', at }))).toMatchObject({ status: 200 });
    return heard[0]!;
  }

  it('the event as Clerk sent it, and the delivery', async () => {
    const event = eventOf('session.created', { user_id: 'user_7', nested: { list: [1, 'é'] } });
    const heard = await told(event, time.now() - 7000);
    expect(heard.event).toEqual(event);
    expect(heard.delivery).toMatchObject({ id: 'msg_1', attemptedAt: time.now() - 7000 });
    expect(heard.delivery.signal).toBeInstanceOf(AbortSignal);
    expect(heard.delivery.signal.aborted).toBe(false);
  });

  it.each([
    ['milliseconds', { timestamp: 1_716_883_200_123 }, 1_716_883_200_123],
    ['seconds', { timestamp: 1_716_883_200 }, 1_716_883_200_000],
    ['the least that is milliseconds', { timestamp: 1e11 }, 1e11],
    ['the most that is seconds', { timestamp: 1e11 - 1 }, (1e11 - 1) * 1000],
    [
      'no timestamp: that of the object',
      { timestamp: undefined, data: { updated_at: 1_700_000_000_000 } },
      1_700_000_000_000,
    ],
    ['neither: the attempt', { timestamp: undefined }, undefined],
    ['nonsense: the attempt', { timestamp: 'yesterday', data: { updated_at: -1 } }, undefined],
  ])('when it happened: %s', async (_, more, expected) => {
    const { delivery } = await told(eventOf('user.updated', {}, more));
    expect(delivery.occurredAt).toBe(expected ?? delivery.attemptedAt);
  });

  it('a copy of its own: what one handler does to it no other sees', async () => {
    const seen: unknown[] = [];
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      first({ data }: { data: { id?: string } }): void {
        seen.push(data.id);
        delete data.id;
      }
      @OnClerkEvent('user.created')
      second({ data }: { data: { id?: string } }): void {
        seen.push(data.id);
        delete data.id;
      }
    }
    const app = await start(adapter, [Handlers]);
    await attempt(app, 'msg_1');
    expect(seen).toEqual(['user_1', 'user_1']);
  });
});

describe('what a handler gives back', () => {
  it('an Observable is subscribed to and waited for', async () => {
    const runs: string[] = [];
    let source: Observable<unknown> = timer(0).pipe(tap(() => runs.push('ran')));
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      post(): Observable<unknown> {
        return source;
      }
    }
    const app = await start(adapter, [Handlers]);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('handled', 1));
    expect(runs).toEqual(['ran']);
    source = EMPTY;
    expect(await attempt(app, 'msg_2')).toMatchObject(accepted('handled', 1));
    source = throwError(() => new Error('the other side is away'));
    expect(await attempt(app, 'msg_3')).toMatchObject(refused(500, 'webhook_handler_failed'));
  });

  it('what is thrown need not be an error', async () => {
    const reasons: unknown[] = ['text', undefined, null, { code: 5 }];
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      breaks(): never {
        throw reasons.shift();
      }
    }
    const app = await start(adapter, [Handlers]);
    while (reasons.length > 0) {
      expect(await attempt(app, 'msg_1')).toMatchObject(refused(500, 'webhook_handler_failed'));
    }
  });
});

describe('handlers are found', () => {
  it('on controllers, in base classes, behind decorators that replace the method, and by wildcard', async () => {
    const runs: string[] = [];
    const wrapped = (): MethodDecorator => (_, __, descriptor: PropertyDescriptor) => {
      const original = descriptor.value as (...parameters: unknown[]) => unknown;
      descriptor.value = function (...parameters: unknown[]) {
        return original.apply(this, parameters);
      };
    };
    abstract class Base {
      @OnClerkEvent('user.created')
      inherited(): void {
        runs.push(`inherited by ${this.constructor.name}`);
      }
      @OnClerkEvent('user.created')
      overridden(): void {
        runs.push('never');
      }
    }
    @Injectable()
    class Handlers extends Base {
      override overridden(): void {
        runs.push('never');
      }
      @wrapped()
      @OnClerkEvent('user.created')
      inside(): void {
        runs.push('inside');
      }
      @OnClerkEvent('user.created')
      @wrapped()
      outside(): void {
        runs.push('outside');
      }
      @OnClerkEvent('user.*', 'user.created', '*')
      once(): void {
        runs.push('once');
      }
      @OnClerkEvent('organization.*', 'user.createdAgain', 'userx.*')
      others(): void {
        runs.push('never');
      }
    }
    @Controller()
    class Routes {
      @OnClerkEvent('user.created')
      note(): void {
        runs.push('controller');
      }
    }
    const app = await startWebhooks(adapter, {
      providers: [Handlers, { provide: 'ALIAS', useExisting: Handlers }],
      controllers: [Routes],
      now: time.now,
    });
    apps.push(app);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('handled', 5));
    expect(runs.sort()).toEqual([
      'controller',
      'inherited by Handlers',
      'inside',
      'once',
      'outside',
    ]);
    const membership = eventOf('organizationMembership.created');
    runs.length = 0;
    await attempt(app, 'msg_2', membership);
    expect(runs).toEqual(['once']);
  });

  it('two instances of one class have a claim each, also in two modules of one name', async () => {
    let runs = 0;
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.created')
      note(): void {
        runs += 1;
      }
    }
    @Module({})
    class FeatureModule {}
    const app = await startWebhooks(adapter, {
      imports: [
        { module: FeatureModule, providers: [Handlers] },
        { module: FeatureModule, providers: [Handlers, { provide: 'ONE', useValue: 1 }] },
      ],
      now: time.now,
    });
    apps.push(app);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('handled', 2));
    expect(runs).toBe(2);
  });

  it('names that this version does not know: told at boot, with what was probably meant', async () => {
    @Injectable()
    class Handlers {
      @OnClerkEvent('user.craeted', 'brand.new', 'orgnization.*', 'user.*', '*', 'session.pending')
      note(): void {
        // Never for the first.
      }
    }
    const log = new RecordedLog();
    const app = await startWebhooks(adapter, {
      providers: [Handlers],
      prepare: () => void log.listen(),
    });
    apps.push(app);
    expect(log.said('warn')).toEqual([
      expect.stringMatching(
        /AppModule\.Handlers\.note.*'user\.craeted'.*Did you mean 'user\.created'\?/,
      ),
      expect.stringMatching(/'brand\.new'.*does not know\. Clerk/),
      expect.stringMatching(/'orgnization\.\*'.*Did you mean 'organization\.\*'\?/),
    ]);
  });
});

describe('a ledger', () => {
  class ScriptedLedger extends WebhookLedger {
    readonly calls: string[] = [];
    claimed: () => Promise<Claim> = () => Promise.resolve('claimed');
    completed: () => Promise<void> = () => Promise.resolve();
    released: () => Promise<void> = () => Promise.resolve();

    override claim(key: string, _: string, lease: number): Promise<Claim> {
      this.calls.push(`claim ${key} ${String(lease)}`);
      return this.claimed();
    }
    override complete(key: string, remember: number): Promise<void> {
      this.calls.push(`complete ${key} ${String(remember)}`);
      return this.completed();
    }
    override release(key: string): Promise<void> {
      this.calls.push(`release ${key}`);
      return this.released();
    }
  }

  let runs = 0;
  let fails = false;

  @Injectable()
  class Handlers {
    @OnClerkEvent('user.created')
    note(): void {
      runs += 1;
      if (fails) throw new Error('no');
    }
  }

  const KEY = 'msg_1/AppModule.Handlers.note';

  async function startWith(ledger: WebhookLedger): Promise<INestApplication> {
    runs = 0;
    fails = false;
    return start(adapter, [Handlers], { ledger });
  }

  it('is asked for each handler by its name', async () => {
    const ledger = new ScriptedLedger();
    const app = await startWith(ledger);
    expect(await attempt(app, 'msg_1')).toMatchObject(accepted('handled', 1));
    expect(ledger.calls).toEqual([`claim ${KEY} 120000`, `complete ${KEY} 172800000`]);
  });

  it('a failure gives the claim back', async () => {
    const ledger = new ScriptedLedger();
    const app = await startWith(ledger);
    fails = true;
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(500, 'webhook_handler_failed'));
    expect(ledger.calls).toEqual([`claim ${KEY} 120000`, `release ${KEY}`]);
  });

  const away = (): Promise<never> => Promise.reject(new Error('the store is away'));

  it('away: no handler runs, and Clerk comes again', async () => {
    const ledger = new ScriptedLedger();
    ledger.claimed = away;
    const app = await startWith(ledger);
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(503, 'webhook_ledger_unavailable'));
    expect(runs).toBe(0);
  });

  it('away when the handler is done: not answered 200, as nobody would know', async () => {
    const ledger = new ScriptedLedger();
    ledger.completed = away;
    const app = await startWith(ledger);
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(503, 'webhook_ledger_unavailable'));
  });

  it('away when the handler failed: that is what is told', async () => {
    const ledger = new ScriptedLedger();
    ledger.released = away;
    const app = await startWith(ledger);
    fails = true;
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(500, 'webhook_handler_failed'));
  });

  it('one that throws in the place of rejecting', async () => {
    const ledger = new ScriptedLedger();
    ledger.claimed = () => {
      throw new Error('not connected');
    };
    const app = await startWith(ledger);
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(503, 'webhook_ledger_unavailable'));
  });

  it('one that answers something else is not believed', async () => {
    const ledger = new ScriptedLedger();
    ledger.claimed = () => Promise.resolve('OK' as Claim);
    const app = await startWith(ledger);
    expect(await attempt(app, 'msg_1')).toMatchObject(refused(503, 'webhook_ledger_unavailable'));
    expect(runs).toBe(0);
  });

  it('one that hangs is not waited for, and what it grants later is given back unused', async () => {
    const ledger = new ScriptedLedger();
    const { open, passed } = gate();
    ledger.claimed = async () => {
      await passed;
      return 'claimed';
    };
    const app = await startWith(ledger);
    const first = attempt(app, 'msg_1');
    await until(() => ledger.calls.length === 1);
    time.pass(12_000);
    expect(await first).toMatchObject(refused(503, 'webhook_ledger_unavailable'));
    open();
    await until(() => ledger.calls.length === 2);
    expect(ledger.calls[1]).toBe(`release ${KEY}`);
    expect(runs).toBe(0);
  });

  it('shared by two applications: one runs what the other has not', async () => {
    const shared = new Map<string, string>();
    class SharedLedger extends WebhookLedger {
      override claim(key: string, owner: string): Promise<Claim> {
        const held = shared.get(key);
        if (held !== undefined) return Promise.resolve(held === 'done' ? 'done' : 'busy');
        shared.set(key, owner);
        return Promise.resolve('claimed');
      }
      override complete(key: string): Promise<void> {
        shared.set(key, 'done');
        return Promise.resolve();
      }
      override release(key: string, owner: string): Promise<void> {
        if (shared.get(key) === owner) shared.delete(key);
        return Promise.resolve();
      }
    }
    const one = await startWith(new SharedLedger());
    const other = await startWith(new SharedLedger());
    fails = true;
    expect(await attempt(one, 'msg_1')).toMatchObject(refused(500, 'webhook_handler_failed'));
    fails = false;
    expect(await attempt(other, 'msg_1')).toMatchObject(accepted('handled', 1));
    expect(await attempt(one, 'msg_1')).toMatchObject(accepted('duplicate', 1));
  });
});
