import { expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { AcceptTokens, ClerkModule } from 'nestjs-clerk-auth';
import request from 'supertest';
import { ScriptedServer } from '../support/scripted-server.js';
import { ADAPTERS } from '../support/start-app.js';
import { startRecordedApp } from '../support/start-recorded-app.js';

let ran = 0;

@Controller()
class Door {
  @Get()
  @AcceptTokens('m2m_token')
  open() {
    ran += 1;
    return {};
  }
}

it.each(ADAPTERS)(
  'on %s: until it is accepted again, and once a minute at the most',
  async (on) => {
    let status = 401;
    let time = Date.UTC(2026, 0, 1);
    await using backend = await ScriptedServer.start((_, { path }) => {
      return path === '/v1/jwks' ? { status: 200, body: { keys: [] } } : { status };
    });
    const keys = { secretKey: 'sk_test_1', machineSecretKey: 'ak_1', apiUrl: backend.url };
    const { app, log } = await startRecordedApp(on, {
      imports: [ClerkModule.forRoot(keys)],
      controllers: [Door],
      now: () => time,
    });
    const ask = async (no: number): Promise<number> => {
      const asked = request(app.getHttpServer()).get('/').set('Authorization', `Bearer mt_${no}`);
      return (await asked).status;
    };
    for (let no = 0; no < 20; no += 1) expect(await ask(no)).toBe(503);
    expect(log.said('error')).toEqual([
      expect.stringMatching(/^Clerk refuses the machine secret key \(401\)/),
    ]);
    time += 3_600_000;
    expect(await ask(20)).toBe(503);
    expect(log.said('error')).toHaveLength(1);
    status = 404;
    expect(await ask(21)).toBe(401);
    status = 401;
    expect(await ask(22)).toBe(503);
    expect(log.said('error')).toHaveLength(2);
    for (let no = 23; no < 30; no += 1) {
      status = 404;
      expect(await ask(no)).toBe(401);
      status = 401;
      expect(await ask(no + 100)).toBe(503);
    }
    expect(log.said('error')).toHaveLength(2);
    expect(ran).toBe(0);
    await app.close();
  },
);
