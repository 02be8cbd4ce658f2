import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend } from '../support/ask-backend.js';

type Said = Record<string, string>;

describe('LocalClerk obeys curl', () => {
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  beforeEach(() => {
    clerk.outage(false);
    clerk.forgetCalls();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  /** What `curl -d '…' <url>` sends: JSON under the label of a form, and no key. */
  const post = async (path: string, body = ''): Promise<Response> =>
    fetch(`${clerk.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });

  const signIn = async (body: object): Promise<Said> =>
    (await post('/_local/sign-in', JSON.stringify(body))).json() as Promise<Said>;

  it('explains itself at /', async () => {
    const response = await fetch(clerk.url);
    expect(response.headers.get('content-type')).toBe('text/plain');
    const help = await response.text();
    for (const path of ['sign-in', 'sessions/ID/revoke', 'sessions/ID/token', 'outage', 'calls']) {
      expect(help).toContain(`${clerk.url}/_local/${path}`);
    }
  });

  it('signs in, with everything that signIn gives', async () => {
    const ada = await signIn({ user: 'ada' });
    expect(Object.keys(ada)).toEqual(Object.keys(clerk.signIn('ada')));
    expect(clerk.session(ada.sessionId ?? '')).toMatchObject({ status: 'active' });
  });

  it('signs in on a client that is there', async () => {
    const ada = clerk.signIn('ada');
    expect((await signIn({ user: 'bob', client: ada.clientId })).clientId).toBe(ada.clientId);
  });

  it('takes a real form, too', async () => {
    expect(await (await post('/_local/sign-in', 'user=ada')).json()).toMatchObject({ user: 'ada' });
  });

  it.each([
    ['', 400, '`user` must be a name'],
    ['{"user":5}', 400, '`user` must be a name'],
    ['{"user":"ada","client":5}', 400, '`client` must be a client id'],
    ['{"user":"ada","client":"client_0"}', 404, 'Client not found'],
    ['{"user":', 400, 'neither a JSON object nor a form'],
  ])('answers the sign-in %j with %i and the reason', async (body, status, reason) => {
    const response = await post('/_local/sign-in', body);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(reason);
  });

  it('gives new tokens until the session is revoked', async () => {
    const ada = clerk.signIn('ada');
    const path = `/_local/sessions/${ada.sessionId}`;
    const token = await post(`${path}/token`);
    expect(await token.json()).toEqual({ sessionToken: expect.stringMatching(/^eyJ.*\..*\./) });

    const revoked = await post(`${path}/revoke`);
    expect(await revoked.json()).toEqual({ sessionId: ada.sessionId, status: 'revoked' });
    expect(clerk.session(ada).status).toBe('revoked');
    expect((await post(`${path}/token`)).status).toBe(409);
  });

  it('knows no session that is not there', async () => {
    expect((await post('/_local/sessions/sess_0/token')).status).toBe(404);
    expect((await post('/_local/sessions/sess_0/revoke')).status).toBe(404);
  });

  it('goes down and comes back, and obeys all the while', async () => {
    const down = await post('/_local/outage', '{"on":true,"mode":"rate-limit"}');
    expect(await down.json()).toEqual({ outage: 'rate-limit' });
    expect((await askBackend(clerk, '/v1/jwks')).status).toBe(429);
    expect((await post('/_local/sign-in', '{"user":"ada"}')).status).toBe(200);

    const up = await post('/_local/outage', '{"on":false}');
    expect(await up.json()).toEqual({ outage: false });
    expect((await askBackend(clerk, '/v1/jwks')).status).toBe(200);
  });

  it('is merely unavailable when no mode is given', async () => {
    await post('/_local/outage', '{"on":true}');
    expect((await askBackend(clerk, '/v1/jwks')).status).toBe(503);
  });

  it('understands a form that says on=true', async () => {
    expect(await (await post('/_local/outage', 'on=true')).json()).toEqual({
      outage: 'unavailable',
    });
  });

  it.each([
    ['{}', '`on` must be true or false'],
    ['{"on":{"toString":1}}', '`on` must be true or false'],
    ['{"on":true,"mode":"gone"}', '`mode` must be one of refuse, unavailable, hang'],
  ])('answers the outage %s with 400 and the reason', async (body, reason) => {
    const response = await post('/_local/outage', body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(reason);
  });

  it('tells which calls Clerk got, its own not among them', async () => {
    await askBackend(clerk, '/v1/jwks');
    const response = await fetch(`${clerk.url}/_local/calls`);
    expect(await response.json()).toEqual({
      count: 1,
      calls: [{ method: 'GET', path: '/v1/jwks', query: '', authorized: true }],
    });
  });

  it('knows nothing else under /_local', async () => {
    expect((await post('/_local/nothing')).status).toBe(404);
    expect((await fetch(`${clerk.url}/_local/sign-in`)).status).toBe(404);
  });
});
