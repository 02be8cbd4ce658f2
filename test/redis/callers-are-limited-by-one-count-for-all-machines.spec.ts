import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { RedisServer } from './support/redis-server.js';
import { ThrottledMachine, type ThrottledOutfit } from './support/throttled-machine.js';
import { withRedis } from './support/with-redis.js';

const PATIENCE = 60_000;

/** Requests of one caller a minute. */
const LIMIT = 12;

/** Apart from what counts rejected credentials. */
const [HOME, OFFICE, CAFE] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];

type Credential = Readonly<Record<string, string>>;

const madeUp = (no: number): Credential => ({ cookie: `__session=clt_made_up_${String(no)}` });
const times = (count: number, status: number): number[] => Array<number>(count).fill(status);

withRedis.each(['express', 'fastify'] as const)('limits in Redis, with %s', (adapter) => {
  let clerk: LocalClerk;
  let server: RedisServer;
  const machines: ThrottledMachine[] = [];

  beforeAll(async () => {
    [clerk, server] = await Promise.all([LocalClerk.start(), RedisServer.start()]);
  });

  beforeEach(async () => {
    await server.ask('FLUSHALL');
    clerk.forgetCalls();
  });

  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine.stop()));
  });

  afterAll(async () => {
    await Promise.all([clerk.stop(), server.stop()]);
  });

  /** A process with a count in this Redis, or in its own memory. */
  async function start(redis: string | undefined): Promise<string> {
    const options = { ...clerk.options(), jwtKey: clerk.jwtKey };
    const outfit: ThrottledOutfit = { adapter, redis, limit: LIMIT, clerk: options };
    const machine = await ThrottledMachine.start(outfit);
    machines.push(machine);
    return machine.url;
  }

  function ask(url: string, credential: Credential, address: string): Promise<Response> {
    return fetch(`${url}/me`, { headers: { ...credential, 'x-forwarded-for': address } });
  }

  /** Status and what is left, one request after the other. */
  async function verdicts(url: string, credentials: readonly Credential[], address: string) {
    const found: [number, string | null][] = [];
    for (const credential of credentials) {
      const { status, headers } = await ask(url, credential, address);
      found.push([status, headers.get('x-ratelimit-remaining')]);
    }
    return found;
  }

  const bearer = (name: string): Credential => ({ authorization: clerk.signIn(name).header });
  const cookie = (name: string): Credential => ({ cookie: clerk.signIn(name).clientCookie });
  const several = (count: number, of: (no: number) => Credential): Credential[] =>
    Array.from({ length: count }, (_, no) => of(no));
  const calls = (): number => clerk.calls.filter(({ path }) => path !== '/v1/jwks').length;

  it(
    'come to what they come to in memory',
    async () => {
      const [remembering, sharing] = await Promise.all([start(undefined), start(server.url)]);
      async function wholeDay(url: string) {
        const [ada, bob, eve] = [bearer('ada'), bearer('bob'), cookie('eve')];
        return {
          ada: await verdicts(
            url,
            several(LIMIT + 2, () => ada),
            HOME,
          ),
          adaElsewhere: await verdicts(url, [bearer('ada')], OFFICE),
          bob: await verdicts(url, [bob], HOME),
          eve: await verdicts(url, [eve], CAFE),
          nobody: await verdicts(
            url,
            several(LIMIT + 2, () => ({})),
            OFFICE,
          ),
          madeUp: await verdicts(url, several(LIMIT + 2, madeUp), CAFE),
          eveAgain: await verdicts(url, [eve], CAFE),
          signedAtTheCafe: await verdicts(url, [bearer('carol')], CAFE),
        };
      }
      const found = await wholeDay(sharing);
      expect(found).toEqual(await wholeDay(remembering));
      const statuses = Object.entries(found).map(([who, all]) => [who, all.map(([one]) => one)]);
      expect(Object.fromEntries(statuses)).toEqual({
        ada: [...times(LIMIT, 200), 429, 429],
        adaElsewhere: [429],
        bob: [200],
        eve: [200],
        nobody: [...times(LIMIT, 401), 429, 429],
        madeUp: [...times(10, 401), ...times(LIMIT - 8, 429)],
        eveAgain: [200],
        signedAtTheCafe: [200],
      });
    },
    PATIENCE,
  );

  it(
    'are one limit for all processes, of requests and of rejected credentials',
    async () => {
      const [one, other] = await Promise.all([start(server.url), start(server.url)]);
      const ada = bearer('ada');
      const statuses = async (url: string, all: readonly Credential[], address: string) =>
        (await verdicts(url, all, address)).map(([status]) => status);
      const half = several(LIMIT / 2, () => ada);
      expect(await statuses(one, half, HOME)).toEqual(times(LIMIT / 2, 200));
      expect(await statuses(other, half, OFFICE)).toEqual(times(LIMIT / 2, 200));
      expect(await statuses(one, [ada], HOME)).toEqual([429]);
      expect(await statuses(other, [ada, bearer('bob')], HOME)).toEqual([429, 200]);

      expect(calls()).toBe(0);
      expect(await statuses(one, several(5, madeUp), CAFE)).toEqual(times(5, 401));
      const more = several(LIMIT, (no) => madeUp(no + 5));
      expect(await statuses(other, more, CAFE)).toEqual([...times(5, 401), ...times(7, 429)]);
      expect(calls()).toBe(11);
      // The first learns it from its next question to Clerk, and asks no more then.
      expect(
        await statuses(
          one,
          several(5, (no) => madeUp(no + 50)),
          CAFE,
        ),
      ).toEqual(times(5, 429));
      expect(calls()).toBe(12);
    },
    PATIENCE,
  );

  it(
    'leave nothing in Redis that tells of a credential, a user or an address, and nothing for ever',
    async () => {
      const url = await start(server.url);
      const ada = clerk.signIn('ada');
      const key = cookie('eve');
      await verdicts(url, [{ authorization: ada.header }, key], HOME);
      await verdicts(url, several(LIMIT + 2, madeUp), CAFE);
      const redis = new Redis(server.port, '127.0.0.1');
      try {
        const names = await redis.keys('*');
        // Ada, Eve, the café's address; its rejected ones, and that it is blocked for each.
        expect(names.length).toBeGreaterThanOrEqual(5);
        const counted = /^\{[0-9a-f]{64}:(?:default|clerk-rejected)\}:(?:hits|blocked)$/;
        expect(names.filter((name) => !counted.test(name))).toEqual([]);
        for (const name of names) {
          expect(await redis.get(name)).toMatch(/^\d+$/);
          expect(await redis.pttl(name)).toBeGreaterThan(0);
        }
      } finally {
        redis.disconnect();
      }
    },
    PATIENCE,
  );

  it(
    'are met by nobody while Redis is away: an error at once, and no handler runs',
    async () => {
      const url = await start(server.url);
      const ada = bearer('ada');
      expect((await ask(url, ada, HOME)).status).toBe(200);
      await server.down();
      const away = await Promise.all(several(3, () => ada).map((one) => ask(url, one, HOME)));
      expect(away.map(({ status }) => status)).toEqual(times(3, 500));
      for (const answer of away) expect(await answer.text()).not.toContain('user');
      await server.back();
      let { status } = await ask(url, ada, HOME);
      while (status !== 200) ({ status } = await ask(url, ada, HOME));
    },
    PATIENCE,
  );
});
