import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import {
  keptAlive,
  mixed,
  outliving,
  pipelined,
  slowly,
  startStorm,
  type StormCaller,
} from '../support/session-storm.js';
import { ADAPTERS } from '../support/start-app.js';

let clerk: LocalClerk;

beforeAll(async () => {
  clerk = await LocalClerk.start();
});

afterAll(() => clerk.stop());

describe.each(ADAPTERS)('on %s', (adapter) => {
  let app: INestApplication;
  let callers: readonly StormCaller[];

  beforeAll(async () => {
    ({ app, callers } = await startStorm(adapter, clerk));
  });

  afterAll(() => app.close());

  it('300 requests of all kinds at once', async () => {
    expect(await mixed(app, callers)).toEqual({ answered: 300, wrong: [] });
  });

  it('one connection that is kept alive for many callers', async () => {
    expect(await keptAlive(app, callers)).toEqual({ answered: 120, wrong: [] });
  });

  it('requests written before the answers before them are read', async () => {
    expect(await pipelined(app, callers)).toEqual({ answered: 320, wrong: [] });
  });

  it('bodies that come slowly, and some that never come', async () => {
    expect(await slowly(app, callers)).toEqual({ answered: 78, wrong: [] });
  });

  it('work that outlives its response', async () => {
    expect(await outliving(app, callers)).toEqual({ answered: 60, wrong: [] });
  });
});
