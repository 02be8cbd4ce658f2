// How quickly is what one machine revokes refused by all? Prints, and judges nothing: `npm run measure:redis`.
import { Agent, get } from 'node:http';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { NEWEST } from './support/clients.js';
import { ended } from './support/following.js';
import { ForkedMachine, type Outfit } from './support/forked-machine.js';
import { RedisServer } from './support/redis-server.js';

const TRIALS = 100;
const STORMS = [10_000, 100_000];

const agent = new Agent({ keepAlive: true });

function status(port: number, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get({ port, host: '127.0.0.1', path: '/me', agent, headers }, (response) => {
      response.resume().once('end', () => {
        resolve(response.statusCode ?? 0);
      });
    }).once('error', reject);
  });
}

/** Asks one after the other until it is refused. */
async function refused({ port }: ForkedMachine, token: string): Promise<void> {
  while ((await status(port, token)) !== 401);
}

async function since(began: number, what: Promise<unknown>): Promise<number> {
  await what;
  return performance.now() - began;
}

const allRefuse = (machines: readonly ForkedMachine[], token: string): Promise<unknown> =>
  Promise.all(machines.map((machine) => refused(machine, token)));

const ms = (value: number): string => `${value.toFixed(1)} ms`;

async function measure(client: Outfit['client']): Promise<void> {
  const [clerk, server] = await Promise.all([LocalClerk.start(), RedisServer.start()]);
  const options = { ...clerk.options(), jwtKey: clerk.jwtKey };
  const outfit = { port: server.port, client, clerk: options };
  const start = (): Promise<ForkedMachine> => ForkedMachine.start(outfit);
  const machines = await Promise.all([start(), start(), start()]);
  const [first] = machines;

  const times: number[] = [];
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const { sessionId, sessionToken } = clerk.signIn(`user-${String(trial)}`);
    for (const { port } of machines) await status(port, sessionToken);
    const began = performance.now();
    void first.carryOut({ revoke: sessionId });
    times.push(await since(began, allRefuse(machines, sessionToken)));
  }
  times.sort((one, other) => one - other);
  console.log(
    `${client}: revoked to refused by the last of three, ${String(TRIALS)} times:`,
    `p50 ${ms(times[TRIALS / 2]!)}, p95 ${ms(times[TRIALS * 0.95]!)}, worst ${ms(times.at(-1)!)}`,
  );

  for (const storm of STORMS) {
    const { sessionId, sessionToken } = clerk.signIn(`storm-${String(storm)}`);
    const others = Array.from({ length: storm - 1 }, (_, at) =>
      ended(`sess_${String(storm)}x${String(at)}`),
    );
    const began = performance.now();
    await first.carryOut({ publish: [...others, ended(sessionId)] });
    const told = performance.now() - began;
    const heard = await since(performance.now(), allRefuse(machines, sessionToken));
    const late = await start();
    const answer = await status(late.port, sessionToken);
    console.log(
      `${client}: ${String(storm)} at once: told in ${ms(told)}, refused by all ${ms(heard)} later;`,
      `a machine boots in ${ms(late.bootedIn)} and answers ${String(answer)}`,
    );
    await late.stop();
  }
  await Promise.all(machines.map((machine) => machine.stop()));
  await Promise.all([clerk.stop(), server.stop()]);
}

for (const client of Object.keys(NEWEST) as Outfit['client'][]) await measure(client);
agent.destroy();
