import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SessionService, type UserService } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ScriptedServer } from '../support/scripted-server.js';
import { startUsers } from '../support/start-users.js';
import { until } from '../support/until.js';

/** More than all sockets that there are. */
const MANY = 200;

describe('users that are slow keep no session waiting', () => {
  let clerk: LocalClerk;
  let server: ScriptedServer;
  let app: INestApplication;
  let users: UserService;
  let answer: () => void;

  beforeEach(async () => {
    clerk = await LocalClerk.start();
    const opened = new Promise<void>((resolve) => (answer = resolve));
    server = await ScriptedServer.start(async (_turn, { path }) => {
      const [, , kind, id] = path.split('/');
      if (kind === 'users') await opened;
      if (kind === 'users') return { status: 200, body: { object: 'user', id } };
      return { status: 200, body: { object: 'session', id, user_id: 'user_1', status: 'active' } };
    });
    ({ app, users } = await startUsers(clerk, Date.now, {
      apiUrl: server.url,
      backendTimeout: 20_000,
      backendBudget: 20_000,
    }));
  });

  afterEach(async () => {
    answer();
    await app.close();
    await server.stop();
    await clerk.stop();
  });

  it('however many are waited for', async () => {
    const ids = Array.from({ length: MANY }, (_, at) => `user_${String(at)}`);
    const found = Promise.all(ids.map((id) => users.get(id)));
    await until(() => server.received.length === 16);
    const sessions = app.get(SessionService);
    const session = await sessions.getSession('sess_1');
    expect(session).toMatchObject({ id: 'sess_1' });
    expect(await sessions.revokeSession('sess_1')).toMatchObject({ id: 'sess_1' });
    // No more than sixteen at once, and the others after them.
    expect(server.received.filter(({ path }) => path.includes('users'))).toHaveLength(16);
    answer();
    expect((await found).map((user) => user?.id)).toEqual(ids);
  });
});
