import { setTimeout as pause } from 'node:timers/promises';
import { Child } from '../support/child.mjs';
import { Load } from '../support/load.mjs';
import { CREDENTIALS, requestBytes } from '../support/request.mjs';
import { SCALE } from '../support/scale.mjs';
import { median, quantile } from '../support/statistics.mjs';

const SERVER = new URL('../http/server.mjs', import.meta.url);

/** Fewer connections than the tables use: a queue at the server would hide what happens to one request. */
const CONNECTIONS = 4;

const MINUTE = 60_000;

/** @typedef {import('./counted.mjs').Scene} Scene */

/** The signing key changes while requests come in; from then on new tokens bear the new key. @param {Scene} scene */
export function rotation({ clerk, fixture }) {
  return underTraffic('express', 'ours', fixture, async (load) => {
    const tokens = fixture.warm.slice(0, 500).map(bytesOf);
    const next = takingTurns(tokens);
    const traffic = load.sendFor(3 * SCALE.trafficWindow, next);
    await pause(SCALE.trafficWindow);
    clerk.rotateKey();
    for (let at = 0; at < tokens.length; at += 2) {
      tokens[at] = requestBytes(['Authorization', `Bearer ${clerk.mint()}`]);
      if (at % 50 === 0) await pause(1);
    }
    const { statuses } = await traffic;
    return answersOf(statuses);
  });
}

/**
 * Clerk stops answering while requests come in, at a time when the keys are due for a refresh; and among the requests
 * are some with keys that only Clerk could tell about.
 * @param {Scene} scene
 */
export function outage({ clerk, fixture }) {
  return underTraffic('express', 'ours', fixture, async (load, child, port) => {
    const next = takingTurns(fixture.warm.slice(0, 500).map(bytesOf));
    const strangers = await Load.open(port, 20);
    const unknown = requestBytes([
      'Authorization',
      `Bearer ${withUnknownKey(fixture.warm[0].token)}`,
    ]);
    const before = await load.sendFor(SCALE.trafficWindow, next);
    clerk.outage('hang');
    try {
      await child.ask('moveClock', 4.5 * MINUTE);
      const asking = strangers.sendAll(Array.from({ length: 20 }, () => unknown));
      const during = await load.sendFor(Math.max(SCALE.trafficWindow, 2500), next);
      const asked = await asking;
      // The keys are now older than anybody wants, and Clerk is known to be down.
      await child.ask('moveClock', 10 * MINUTE);
      const later = await load.sendFor(SCALE.trafficWindow, next);
      return {
        before: answersOf(before.statuses),
        during: answersOf(during.statuses),
        later: answersOf(later.statuses),
        p99: { before: p99Of(before), during: p99Of(during), later: p99Of(later) },
        unknown: { ...answersOf(asked.statuses), slowest: Math.max(...asked.latencies) },
      };
    } finally {
      clerk.outage(false);
      strangers.close();
    }
  });
}

/** How many requests a second get through a Clerk that takes 20 ms, beside the bare coalesced call. @param {Scene} scene */
export async function slowClerk({ clerk, fixture }) {
  const contestants = { ours: [], coalesced: [] };
  const request = requestBytes(['Cookie', fixture.clientCookie]);
  const servers = [];
  clerk.latency(20);
  try {
    for (const name of Object.keys(contestants))
      servers.push(await startServer('fastify', name, fixture, 64));
    for (const { load } of servers) await load.sendFor(SCALE.throughputWindow, () => request);
    for (let round = 0; round < SCALE.throughputRounds; round += 1) {
      for (const { name, load } of servers) {
        const { statuses } = await load.sendFor(SCALE.throughputWindow, () => request);
        const { good } = answersOf(statuses);
        contestants[name].push((1000 * good) / SCALE.throughputWindow);
      }
    }
  } finally {
    clerk.latency(0);
    await Promise.all(servers.map(({ close }) => close()));
  }
  const [ours, coalesced] = [median(contestants.ours), median(contestants.coalesced)];
  const shares = contestants.ours.map((value, round) => value / contestants.coalesced[round]);
  return { ours, coalesced, share: median(shares) };
}

async function underTraffic(adapter, name, fixture, storm) {
  const { load, child, port, close } = await startServer(adapter, name, fixture, CONNECTIONS);
  try {
    await load.sendAll([...fixture.warm, ...fixture.warm].map(bytesOf));
    return await storm(load, child, port);
  } finally {
    await close();
  }
}

async function startServer(adapter, name, fixture, connections) {
  const child = new Child(SERVER);
  const port = await child.ask('listenToClients', {
    adapter,
    name,
    fixture: { ...fixture, warm: [], fresh: [] },
  });
  const load = await Load.open(port, connections);
  const close = () => {
    load.close();
    return child.stop();
  };
  return { name, child, port, load, close };
}

function bytesOf(minted) {
  return requestBytes(CREDENTIALS.bearer(minted));
}

function takingTurns(requests) {
  let at = 0;
  return () => requests[at++ % requests.length];
}

function withUnknownKey(token) {
  const [, payload, signature] = token.split('.');
  const header = { alg: 'RS256', kid: 'ins_publishedDuringTheOutage', typ: 'JWT' };
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
}

function answersOf(statuses) {
  const all = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  const good = statuses.get(200) ?? 0;
  return { all, good, unavailable: statuses.get(503) ?? 0, other: all - good };
}

function p99Of({ latencies }) {
  return quantile(latencies, 0.99);
}
