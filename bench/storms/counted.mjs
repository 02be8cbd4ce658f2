import { Child } from '../support/child.mjs';
import { CREDENTIALS } from '../support/request.mjs';
import { SCALE } from '../support/scale.mjs';

const WORKER = new URL('worker.mjs', import.meta.url);

/** Milliseconds that Clerk takes while everybody arrives. */
const SLOW = 300;

/** @typedef {{ clerk: import('nestjs-clerk-auth/testing').LocalClerk, fixture: import('../support/fixture.mjs').Fixture }} Scene */

/** A thousand requests before any key is known. @param {Scene} scene */
export function coldStart({ clerk, fixture }) {
  clerk.latency(SLOW);
  const credentials = fixture.warm.slice(0, 1000).map((minted) => CREDENTIALS.bearer(minted));
  return inWorker(clerk, async (child) => {
    await child.ask('boot', fixture.options);
    const outcome = await child.ask('atOnce', credentials);
    return { ...outcome, calls: clerk.callsTo('/v1/jwks').length };
  });
}

/** Ten thousand key ids that nobody has published. @param {Scene} scene */
export function madeUpKeyIds({ clerk, fixture }) {
  return inWorker(clerk, async (child) => {
    await child.ask('boot', fixture.options);
    await child.ask('atOnce', [CREDENTIALS.bearer(fixture.warm[0])]);
    const callsBefore = clerk.callCount;
    const outcome = await child.ask('madeUpKeyIds', {
      count: 10_000,
      token: fixture.warm[0].token,
    });
    return { ...outcome, calls: clerk.callCount - callsBefore };
  });
}

/** A flood of bad tokens, no two alike. @param {Scene} scene */
export function badTokens({ clerk, fixture }) {
  return inWorker(clerk, async (child) => {
    await child.ask('boot', fixture.options);
    const flood = { count: SCALE.badTokens, token: fixture.warm[0].token };
    return { ...(await child.ask('badTokens', flood)), count: flood.count };
  });
}

/** Five hundred requests of one browser at once, for its last active session or for one of its sessions. @param {Scene} scene */
export function oneClientToken({ clerk, fixture }) {
  clerk.latency(SLOW);
  const credentials = Array.from({ length: 500 }, () => ['Cookie', fixture.clientCookie]);
  return inWorker(clerk, async (child) => {
    await child.ask('boot', fixture.options);
    const outcome = await child.ask('atOnce', credentials);
    return { ...outcome, calls: clerk.callsTo(/\/verify$/).length };
  });
}

async function inWorker(clerk, storm) {
  const child = new Child(WORKER, ['--expose-gc']);
  clerk.forgetCalls();
  try {
    return await storm(child);
  } finally {
    clerk.latency(0);
    await child.stop();
  }
}
