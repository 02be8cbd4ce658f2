import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend } from '../support/ask-backend.js';
import { WebhookEar } from '../support/webhook-ear.js';

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
    const sessions = ['sign-in', 'sessions/ID/revoke', 'sessions/ID/token'];
    const machines = ['machines', 'api-keys', 'm2m-tokens', 'oauth-tokens'];
    const users = ['ban', 'unban', 'delete'].map((verb) => `users/NAME_OR_ID/${verb}`);
    const webhooks = ['webhooks', 'webhooks/MESSAGE_ID/resend'];
    const others = ['machine-tokens/ID/revoke', 'outage', 'calls', 'users', ...users, ...webhooks];
    for (const path of [...sessions, ...machines, ...others]) {
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
    ['a form', 'user=ada&organization=acme&role=admin&permissions=invoices:read,invoices:create'],
    [
      'JSON',
      '{"user":"ada","organization":"acme","role":"org:admin","permissions":["org:invoices:read","org:invoices:create"]}',
    ],
  ])('signs in to an organization, asked by %s', async (_, body) => {
    const { sessionToken = '' } = (await (await post('/_local/sign-in', body)).json()) as Said;
    expect(decodeJwt(sessionToken)).toMatchObject({
      o: { slg: 'acme', rol: 'admin', per: 'read,create', fpm: '3' },
      fea: 'o:invoices',
    });
  });

  it('signs in with features and plans: the organization’s, else the user’s', async () => {
    const paid = { features: ['chat'], plans: 'gold' };
    const member = await signIn({ user: 'eve', organization: 'evil', ...paid });
    expect(decodeJwt(member.sessionToken ?? '')).toMatchObject({ fea: 'o:chat', pla: 'o:gold' });
    const alone = await signIn({ user: 'eve', ...paid });
    expect(decodeJwt(alone.sessionToken ?? '')).toMatchObject({ fea: 'u:chat', pla: 'u:gold' });
  });

  it('signs in somebody in whose name another acts', async () => {
    const { sessionToken = '' } = await signIn({ user: 'ada', actor: 'support' });
    const act = { sub: clerk.signIn('support').userId };
    expect(decodeJwt(sessionToken)).toMatchObject({ act });
  });

  it.each([
    ['', 400, '`user` must be a name'],
    ['{"user":5}', 400, '`user` must be a name'],
    ['{"user":"ada","client":5}', 400, '`client` must be a client id'],
    ['{"user":"ada","client":"client_0"}', 404, 'Client not found'],
    ['{"user":"ada","organization":5}', 400, '`organization` must be a text'],
    ['{"user":"ada","role":"admin"}', 400, 'are those in an `organization`'],
    ['{"user":"ada","organization":"x","permissions":[5]}', 400, '`permissions` must be a list'],
    ['{"user":"ada","organization":"x","role":"a b"}', 400, 'A role is called org:<name>'],
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

  describe('issues machine tokens', () => {
    const issue = async (path: string, body: object): Promise<Said> =>
      (await post(`/_local/${path}`, JSON.stringify(body))).json() as Promise<Said>;

    it('API keys, of users and of organizations', async () => {
      const key = await issue('api-keys', { user: 'bob', name: 'Export', scopes: 'a b' });
      expect(Object.keys(key)).toEqual(Object.keys(clerk.createApiKey()));
      const { body } = await askBackend(clerk, '/api_keys/verify', { secret: key.secret });
      expect(body).toMatchObject({ id: key.id, name: 'Export', scopes: ['a', 'b'] });
      expect(body.subject).toBe(clerk.signIn('bob').userId);
      const shared = await issue('api-keys', { organization: 'acme' });
      expect(shared.subject).toBe(clerk.organization('acme').id);
    });

    it('M2M tokens, from one machine to another', async () => {
      const { id = '' } = await issue('machines', { name: 'billing' });
      expect(id).toBe(clerk.createMachine('billing').id);
      const wishes = { machine: 'worker', scopes: [id], expiresIn: '60' };
      const opaque = await issue('m2m-tokens', wishes);
      expect(opaque.machineId).toBe(clerk.createMachine('worker').id);
      const told = await askBackend(clerk, '/m2m_tokens/verify', { token: opaque.token });
      expect(told.body).toMatchObject({ id: opaque.id, scopes: [id] });
      const jwt = await issue('m2m-tokens', { ...wishes, format: 'jwt' });
      const { exp = 0, iat = 0, aud } = decodeJwt(jwt.token ?? '');
      expect([exp - iat, aud]).toEqual([60, [id]]);
    });

    it('OAuth tokens, of an application', async () => {
      const wishes = { user: 'ada', clientId: 'shop', scopes: ['email'], format: 'jwt' };
      const { token = '', userId } = await issue('oauth-tokens', wishes);
      expect(decodeJwt(token)).toMatchObject({ client_id: 'shop', scope: 'email', sub: userId });
    });

    it('and revokes them', async () => {
      const { id, secret } = clerk.createApiKey();
      const revoked = await post(`/_local/machine-tokens/${id}/revoke`);
      expect(await revoked.json()).toEqual({ id, revoked: true });
      const { body } = await askBackend(clerk, '/api_keys/verify', { secret });
      expect(body).toMatchObject({ revoked: true });
      expect((await post('/_local/machine-tokens/ak_0/revoke')).status).toBe(404);
    });

    it.each([
      ['machines', '{}', '`name` must be the name of a machine'],
      ['api-keys', '{"user":5}', '`user` must be a text'],
      ['api-keys', '{"expiresIn":"soon"}', '`expiresIn` must be a number'],
      ['m2m-tokens', '{"format":"paseto"}', '`format` must be opaque or jwt'],
      ['oauth-tokens', '{"scopes":{}}', '`scopes` must be a list of texts'],
    ])('answers %s %s with 400 and the reason', async (path, body, reason) => {
      const response = await post(`/_local/${path}`, body);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(reason);
    });
  });

  describe('keeps users', () => {
    it('makes, changes, bans, unbans and deletes them, by name, address or id', async () => {
      const carol = { user: 'carol', lastName: 'Shaw', publicMetadata: { plan: 'gold' } };
      const made = (await (await post('/_local/users', JSON.stringify(carol))).json()) as Said;
      expect(made).toMatchObject({
        name: 'carol',
        lastName: 'Shaw',
        publicMetadata: { plan: 'gold' },
      });
      const changed = await post('/_local/users/carol', '{"firstName":"Carol"}');
      expect(await changed.json()).toMatchObject({ id: made.id, firstName: 'Carol' });
      const banned = await post('/_local/users/carol%40example.com/ban');
      expect(await banned.json()).toMatchObject({ id: made.id, banned: true });
      const unbanned = await post(`/_local/users/${String(made.id)}/unban`);
      expect(await unbanned.json()).toMatchObject({ id: made.id, banned: false });
      const deleted = await post('/_local/users/carol/delete');
      expect(await deleted.json()).toEqual({ id: made.id, deleted: true });
      expect((await post('/_local/users/carol/delete')).status).toBe(404);
    });

    it.each([
      ['users', '{}', 400, '`user` must be a name'],
      ['users', '{"user":"ada"}', 400, 'has a user ada already'],
      ['users/ada', '{"publicMetadata":"gold"}', 400, '`publicMetadata` is of another kind'],
      ['users/nobody', '{}', 404, 'User not found'],
      ['users/%E0%A4%A', '{}', 404, 'User not found'],
    ])('answers %s %s with %i and the reason', async (path, body, status, reason) => {
      const response = await post(`/_local/${path}`, body);
      expect(response.status).toBe(status);
      expect(await response.text()).toContain(reason);
    });
  });

  describe('sends webhooks', () => {
    let ear: WebhookEar;

    beforeEach(async () => {
      ear = await WebhookEar.open();
    });

    afterEach(async () => {
      await ear.close();
    });

    it('to an endpoint, tells what came of it, and sends it again', async () => {
      const wish = JSON.stringify({ url: ear.url, events: 'user.*' });
      const endpoint = (await (await post('/_local/webhooks', wish)).json()) as Said;
      expect(endpoint).toEqual({ url: ear.url, secret: expect.stringMatching(/^whsec_/) });
      clerk.signIn('dave');
      await clerk.webhooks.settled();
      const told = await (await fetch(`${clerk.url}/_local/webhooks`)).text();
      const { deliveries } = JSON.parse(told) as { deliveries: Record<string, string>[] };
      expect(deliveries).toMatchObject([{ type: 'user.created', attempt: 1, status: 200 }]);
      expect(told).not.toContain('v1,');
      const resent = await post(`/_local/webhooks/${deliveries[0]?.id ?? ''}/resend`);
      expect(await resent.json()).toEqual({ id: deliveries[0]?.id, resent: 1 });
      await clerk.webhooks.settled();
      expect(ear.heard.map(({ headers }) => headers['svix-id'])).toEqual([
        deliveries[0]?.id,
        deliveries[0]?.id,
      ]);
      expect((await post('/_local/webhooks/msg_0/resend')).status).toBe(404);
    });

    it.each([
      ['{}', 'this machine alone'],
      ['{"url":"https://example.com/"}', 'this machine alone'],
      ['{"url":"http://127.0.0.1:1/","secret":"short"}', '16 to 128 bytes'],
      ['{"url":"http://127.0.0.1:1/","events":5}', '`events` must be a list'],
    ])('but answers %s with 400 and the reason', async (body, reason) => {
      const response = await post('/_local/webhooks', body);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(reason);
    });
  });

  const outageTold = async (): Promise<unknown> =>
    (await fetch(`${clerk.url}/_local/outage`)).json();

  it('goes down and comes back, and obeys all the while', async () => {
    const down = await post('/_local/outage', '{"on":true,"mode":"rate-limit"}');
    expect(await down.json()).toEqual({ outage: 'rate-limit' });
    expect(await outageTold()).toEqual({ on: true });
    expect((await askBackend(clerk, '/v1/jwks')).status).toBe(429);
    expect((await post('/_local/sign-in', '{"user":"ada"}')).status).toBe(200);

    const up = await post('/_local/outage', '{"on":false}');
    expect(await up.json()).toEqual({ outage: false });
    expect(await outageTold()).toEqual({ on: false });
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
