import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ADAPTERS, measureHttp } from './http/table.mjs';
import { measureInProcess } from './in-process/table.mjs';
import { badTokens, coldStart, madeUpKeyIds, oneClientToken } from './storms/counted.mjs';
import { start } from './storms/start.mjs';
import { outage, rotation, slowClerk } from './storms/traffic.mjs';
import { stayOnLoadCore } from './support/cores.mjs';
import { createFixture } from './support/fixture.mjs';
import { measureSync } from './sync/table.mjs';
import { targetsOf } from './targets.mjs';
import { measureTransports } from './transports/table.mjs';

/** Longer than any run: tokens must not run out in the middle, even when the clock is moved. */
const TOKEN_LIFETIME = 6 * 60 * 60;

/** The last one changes Clerk's key, so its order matters. */
const STORMS = {
  coldStart,
  madeUpKeyIds,
  badTokens,
  oneClientToken,
  outage,
  slowClerk,
  start,
  rotation,
};

/** All tables, one after the other. @param {(what: string) => void} tell */
export async function measure(tell) {
  stayOnLoadCore();
  const clerk = await LocalClerk.start({ tokenLifetime: TOKEN_LIFETIME });
  try {
    tell('minting tokens');
    const fixture = createFixture(clerk);
    tell('in process');
    const inProcess = await measureInProcess(fixture);
    const http = {};
    for (const adapter of ADAPTERS) {
      tell(`over HTTP, ${adapter}`);
      http[adapter] = await measureHttp(fixture, adapter);
    }
    tell('beyond HTTP');
    const transports = await measureTransports({ fixture });
    tell('webhooks, ended sessions, users');
    const sync = await measureSync({ fixture });
    const storms = {};
    for (const [name, storm] of Object.entries(STORMS)) {
      tell(`storm: ${name}`);
      storms[name] = await storm({ clerk, fixture });
    }
    const results = { inProcess, http, storms, transports, sync };
    return { ...results, targets: targetsOf(results) };
  } finally {
    await clerk.stop();
  }
}
