import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from 'nestjs-clerk-auth';
import { LocalClerk, type Delivery, type WebhookEndpoint } from 'nestjs-clerk-auth/testing';
import { Webhook } from 'standardwebhooks';
import { askBackend } from '../support/ask-backend.js';
import { LocalBrowser } from '../support/local-browser.js';
import { WebhookEar, type Heard } from '../support/webhook-ear.js';

const START = Date.UTC(2026, 5, 1, 12, 0, 0, 900);
const DAY = 24 * 60 * 60 * 1000;

describe('LocalClerk sends webhooks', () => {
  let clerk: LocalClerk;
  let ear: WebhookEar;
  let endpoint: WebhookEndpoint;
  let now: number;

  beforeEach(async () => {
    now = START;
    clerk = await LocalClerk.start({ now: () => now });
    ear = await WebhookEar.open();
    endpoint = clerk.webhooks.to(ear.url);
  });

  afterEach(async () => {
    await clerk.stop();
    await ear.close();
  });

  /** Sorted, for events that happen at once arrive in any order. */
  const types = async (): Promise<unknown[]> => {
    await clerk.webhooks.settled();
    return ear.events.map(({ type }) => type).toSorted();
  };

  /** Which secrets a second opinion takes for the one that signed; it knows the right time alone. */
  const signedBy = ({ headers, body }: Heard, secret: string): boolean => {
    const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': given } = headers;
    const time = new Date(Number(timestamp) * 1000);
    const wanted = new Webhook(secret).sign(String(id), time, body);
    return String(given).split(' ').includes(wanted);
  };

  const heard = (at = -1): Heard => {
    const request = ear.heard.at(at);
    if (request === undefined) throw new Error('Nothing was heard.');
    return request;
  };

  const only = (deliveries: readonly Delivery[]): Delivery => {
    const [delivery] = deliveries;
    if (delivery === undefined || deliveries.length > 1) throw new Error('Not a single delivery.');
    return delivery;
  };

  describe('as Clerk does', () => {
    it('in an envelope, with three headers and JSON without a charset', async () => {
      const { userId, sessionId } = clerk.signIn('ada');
      await clerk.webhooks.settled();
      const [event] = ear.events;
      expect(event).toEqual({
        object: 'event',
        type: 'session.created',
        data: expect.objectContaining({ object: 'session', id: sessionId, user_id: userId }),
        event_attributes: {
          http_request: { client_ip: expect.any(String), user_agent: expect.any(String) },
        },
        timestamp: START,
        instance_id: expect.stringMatching(/^ins_\w{27}$/),
      });
      expect(heard()).toMatchObject({
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'svix-id': expect.stringMatching(/^msg_\w{27}$/),
          'svix-timestamp': String(Math.floor(START / 1000)),
          'svix-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
        },
      });
      expect(heard().headers).not.toHaveProperty('content-encoding');
    });

    it('so that standardwebhooks accepts it, and nothing that was changed', async () => {
      now = Date.now();
      clerk.signIn('ada');
      await clerk.webhooks.settled();
      const { headers, body } = heard();
      const named = Object.entries(headers).map(([name, value]) => [
        name.replace('svix-', 'webhook-'),
        value,
      ]);
      const signed = Object.fromEntries(named) as Record<string, string>;
      expect(new Webhook(endpoint.secret).verify(body, signed)).toEqual(ear.events[0]);
      const changed = body.replace('session.created', 'session.revoked');
      expect(() => new Webhook(endpoint.secret).verify(changed, signed)).toThrow(
        'No matching signature found',
      );
    });

    it('with a secret of its own for every endpoint, or the one that was given', async () => {
      const given = `whsec_${Buffer.alloc(16, 7).toString('base64')}`;
      const other = clerk.webhooks.to(ear.url, { secret: given });
      expect(other.secret).toBe(given);
      expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
      expect(clerk.webhooks.to(ear.url).secret).not.toBe(endpoint.secret);
    });

    it('telling the Backend API’s object: a user’s, a session’s with its user', async () => {
      const carol = clerk.signIn('carol');
      await clerk.webhooks.settled();
      const [created, opened] = [...ear.events].toSorted((a) =>
        a.type === 'user.created' ? -1 : 1,
      );
      const user = (await askBackend(clerk, `/v1/users/${carol.userId}`)).body;
      const session = (await askBackend(clerk, `/v1/sessions/${carol.sessionId}`)).body;
      expect(created?.data).toEqual({ ...user, last_sign_in_at: null });
      expect(opened?.data).toEqual({ ...session, user });
    });
  });

  describe('when something happens', () => {
    it('a sign-in, which makes a user where there was none', async () => {
      clerk.signIn('ada');
      expect(await types()).toEqual(['session.created']);
      clerk.signIn('carol');
      expect(await types()).toEqual(['session.created', 'session.created', 'user.created']);
    });

    it('a revocation, told once', async () => {
      const ada = clerk.signIn('ada');
      clerk.revoke(ada);
      clerk.revoke(ada);
      expect(await types()).toEqual(['session.created', 'session.revoked']);
      expect(ear.events.at(-1)?.data).toMatchObject({ id: ada.sessionId, status: 'revoked' });
    });

    it('a revocation over the Backend API', async () => {
      const ada = clerk.signIn('ada');
      await askBackend(clerk, `/v1/sessions/${ada.sessionId}/revoke`, {});
      expect(await types()).toEqual(['session.created', 'session.revoked']);
    });

    it.each(['pending', 'ended', 'removed', 'revoked'] as const)(
      'the status %s',
      async (status) => {
        const ada = clerk.signIn('ada');
        clerk.setStatus(ada, status);
        clerk.setStatus(ada, status);
        clerk.setExpireAt(ada, START + DAY);
        expect(await types()).toEqual(['session.created', `session.${status}`].toSorted());
      },
    );

    it.each(['replaced', 'abandoned', 'expired'] as const)(
      'but not the status %s, of which Clerk does not tell',
      async (status) => {
        clerk.setStatus(clerk.signIn('ada'), status);
        expect(await types()).toEqual(['session.created']);
      },
    );

    it.each([
      ['end', 'session.ended'],
      ['remove', 'session.removed'],
    ])('a sign-out by the browser (%s)', async (verb, type) => {
      const browser = await LocalBrowser.open(clerk);
      const id = await browser.signIn('ada@example.com');
      await browser.ask(`/client/sessions/${id}/${verb}`, { fields: {} });
      expect(await types()).toEqual(['session.created', type]);
    });

    it('a sign-up by the browser', async () => {
      const browser = await LocalBrowser.open(clerk);
      const fields = { email_address: 'carol@example.com', password: 'a long password' };
      await browser.ask('/client/sign_ups', { fields });
      expect(await types()).toEqual(['session.created', 'user.created']);
    });

    it('a user who is made, changed, banned and deleted', async () => {
      const { id } = clerk.createUser('carol', { externalId: '4711' });
      clerk.signIn('carol');
      clerk.updateUser('carol', { lastName: 'Shaw' });
      clerk.banUser('carol');
      clerk.deleteUser('carol');
      const told = ['session.created', 'user.created', 'user.deleted'];
      expect(await types()).toEqual([...told, 'user.updated', 'user.updated']);
      const data = (type: string) =>
        ear.events.filter((event) => event.type === type).map((event) => event.data);
      const shaw = { id, last_name: 'Shaw' };
      const changed = [true, false].map((banned) => expect.objectContaining({ ...shaw, banned }));
      expect(data('user.updated')).toEqual(expect.arrayContaining(changed));
      expect(data('user.deleted')).toEqual([
        { object: 'user', id, deleted: true, external_id: '4711' },
      ]);
    });

    it('to endpoints that want to hear of it', async () => {
      endpoint.remove();
      clerk.webhooks.to(ear.url, { events: ['user.*'] });
      clerk.webhooks.to(ear.url, { events: ['session.revoked'] });
      clerk.revoke(clerk.signIn('carol'));
      expect(await types()).toEqual(['session.revoked', 'user.created']);
    });
  });

  describe('and keeps what was sent', () => {
    it('with the status and the body of the answer', async () => {
      ear.status = 503;
      ear.answer = '{"code":"webhook_in_progress"}';
      const { sessionId } = clerk.signIn('ada');
      await clerk.webhooks.settled();
      expect(clerk.webhooks.deliveries).toEqual([
        {
          id: heard().headers['svix-id'],
          type: 'session.created',
          url: ear.url,
          attempt: 1,
          at: START,
          headers: expect.objectContaining({ 'content-type': 'application/json' }),
          body: heard().body,
          status: 503,
          answer: '{"code":"webhook_in_progress"}',
        },
      ]);
      expect(heard().body).toContain(sessionId);
    });

    it('once, for nothing is sent again by itself', async () => {
      ear.status = 500;
      clerk.signIn('ada');
      now += DAY;
      expect(await types()).toEqual(['session.created']);
    });

    it('without following a redirection, which Svix takes for a failure', async () => {
      ear.status = 307;
      ear.headers = { location: ear.url };
      clerk.signIn('ada');
      await clerk.webhooks.settled();
      expect(clerk.webhooks.deliveries).toMatchObject([{ status: 307 }]);
      expect(ear.heard).toHaveLength(1);
    });

    it('and null where nobody answered', async () => {
      await ear.close();
      clerk.signIn('ada');
      await clerk.webhooks.settled();
      expect(clerk.webhooks.deliveries).toMatchObject([{ status: null, answer: '' }]);
    });

    it('until they are forgotten', async () => {
      clerk.signIn('ada');
      await clerk.webhooks.settled();
      clerk.webhooks.forget();
      expect(clerk.webhooks.deliveries).toEqual([]);
    });
  });

  describe('once more on request', () => {
    it('under the same id, with the time and the signature of now', async () => {
      const first = only(await clerk.webhooks.send('user.created', {}));
      now += 5 * 60 * 60 * 1000;
      const second = await clerk.webhooks.resend(first);
      expect(second).toMatchObject({ id: first.id, body: first.body, attempt: 2, at: now });
      expect(heard().headers['svix-timestamp']).toBe(String(Math.floor(now / 1000)));
      expect(heard().headers['svix-signature']).not.toBe(heard(0).headers['svix-signature']);
      expect(signedBy(heard(), endpoint.secret)).toBe(true);
      expect(await clerk.webhooks.resend(second)).toMatchObject({ attempt: 3 });
      expect(clerk.webhooks.deliveries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    });

    it('also when the first one was too old', async () => {
      const old = only(await clerk.webhooks.send('user.created', {}, { at: START - 600_000 }));
      await clerk.webhooks.resend(old);
      const times = ear.heard.map(({ headers }) => Number(headers['svix-timestamp']));
      expect(times).toEqual([Math.floor(START / 1000) - 600, Math.floor(START / 1000)]);
    });

    it('but nothing that was never sent', async () => {
      const made = { ...only(await clerk.webhooks.send('user.created')) };
      await expect(clerk.webhooks.resend(made)).rejects.toThrow(
        'Only a delivery of this LocalClerk',
      );
    });
  });

  describe('while secrets rotate', () => {
    it('with both signatures, until a day is over', async () => {
      const old = endpoint.secret;
      expect(endpoint.rotateSecret()).toBe(endpoint.secret);
      await clerk.webhooks.send('user.created');
      expect([old, endpoint.secret].map((secret) => signedBy(heard(), secret))).toEqual([
        true,
        true,
      ]);
      now += DAY;
      await clerk.webhooks.send('user.created');
      expect([old, endpoint.secret].map((secret) => signedBy(heard(), secret))).toEqual([
        false,
        true,
      ]);
    });

    it('with the new one alone when the old one is thrown away', async () => {
      const old = endpoint.secret;
      endpoint.rotateSecret({ keepOld: false });
      await clerk.webhooks.send('user.created');
      expect([old, endpoint.secret].map((secret) => signedBy(heard(), secret))).toEqual([
        false,
        true,
      ]);
    });

    it('never with more than eleven', async () => {
      for (let turn = 0; turn < 12; turn += 1) endpoint.rotateSecret();
      await clerk.webhooks.send('user.created');
      expect(String(heard().headers['svix-signature']).split(' ')).toHaveLength(11);
      expect(signedBy(heard(), endpoint.secret)).toBe(true);
    });

    it('as Clerk does it: two endpoints with one URL hear each event twice under one id', async () => {
      const other = clerk.webhooks.to(ear.url);
      clerk.signIn('ada');
      await clerk.webhooks.settled();
      expect(new Set(ear.heard.map(({ headers }) => headers['svix-id'])).size).toBe(1);
      const signers = ear.heard.map((request) =>
        [endpoint, other].filter(({ secret }) => signedBy(request, secret)),
      );
      expect(signers.flat()).toHaveLength(2);
      expect(new Set(signers.flat()).size).toBe(2);
    });
  });

  describe('late, when an endpoint was paused', () => {
    it('with what happened meanwhile, and the time at which it is sent', async () => {
      endpoint.pause();
      clerk.updateUser('ada', { lastName: 'King' });
      clerk.banUser('ada');
      await clerk.webhooks.settled();
      expect(ear.heard).toEqual([]);
      now += 60_000;
      endpoint.resume();
      expect(await types()).toEqual(['user.updated', 'user.updated']);
      expect(ear.events.map(({ timestamp }) => timestamp)).toEqual([START, START]);
      expect(heard().headers['svix-timestamp']).toBe(String(Math.floor(now / 1000)));
    });

    it('or never, when what was missed is forgotten', async () => {
      endpoint.pause();
      expect(await clerk.webhooks.send('user.created')).toEqual([]);
      endpoint.resume({ missed: false });
      clerk.signIn('ada');
      expect(await types()).toEqual(['session.created']);
    });
  });

  describe('right or wrong, as a test wants it', () => {
    it('any type and any data', async () => {
      await clerk.webhooks.send('organization.created', { id: 'org_1' }, { id: 'msg_1' });
      expect(ear.events).toMatchObject([{ type: 'organization.created', data: { id: 'org_1' } }]);
      expect(heard().headers['svix-id']).toBe('msg_1');
      expect(signedBy(heard(), endpoint.secret)).toBe(true);
    });

    it('old, and with a time that is none', async () => {
      await clerk.webhooks.send('user.created', {}, { at: START - 600_000 });
      expect(heard().headers['svix-timestamp']).toBe(String(Math.floor(START / 1000) - 600));
      expect(signedBy(heard(), endpoint.secret)).toBe(true);
      await clerk.webhooks.send('user.created', {}, { at: '12abc' });
      expect(heard().headers['svix-timestamp']).toBe('12abc');
    });

    it('signed by somebody else, by nobody, or by two', async () => {
      await clerk.webhooks.send('user.created', {}, { sign: 'foreign' });
      expect(heard().headers['svix-signature']).toMatch(/^v1,/);
      expect(signedBy(heard(), endpoint.secret)).toBe(false);
      await clerk.webhooks.send('user.created', {}, { sign: 'none' });
      expect(heard().headers).not.toHaveProperty('svix-signature');
      await clerk.webhooks.send('user.created', {}, { sign: 'both' });
      expect(String(heard().headers['svix-signature']).split(' ')).toHaveLength(2);
      expect(signedBy(heard(), endpoint.secret)).toBe(true);
    });

    it('under the names of the standard', async () => {
      await clerk.webhooks.send('user.created', {}, { names: 'webhook', id: 'msg_2' });
      expect(heard().headers).toMatchObject({ 'webhook-id': 'msg_2' });
      expect(heard().headers).toHaveProperty('webhook-timestamp');
      expect(heard().headers).toHaveProperty('webhook-signature');
      expect(heard().headers).not.toHaveProperty('svix-id');
    });

    it('with a body of its own, which is what is signed, and with other headers', async () => {
      const body = '{ "spaces": true }\n';
      const headers = { 'Content-Type': 'text/plain', 'svix-id': undefined };
      await clerk.webhooks.send('user.created', {}, { body, id: 'msg_3' });
      expect(heard().body).toBe(body);
      expect(signedBy(heard(), endpoint.secret)).toBe(true);
      await clerk.webhooks.send('user.created', {}, { headers });
      expect(heard().headers['content-type']).toBe('text/plain');
      expect(heard().headers).not.toHaveProperty('svix-id');
    });

    it('but not to nobody', async () => {
      endpoint.remove();
      await expect(clerk.webhooks.send('user.created')).rejects.toThrow('webhooks.to(url) first');
    });
  });

  describe('to this machine alone', () => {
    it.each([
      'https://example.com/webhooks',
      'http://127.0.0.1.example.com/',
      'http://10.0.0.1/',
      'http://127.0.0.1@example.com/',
      'ftp://127.0.0.1/',
      'webhooks/clerk',
    ])('and not to %s', (url) => {
      expect(() => clerk.webhooks.to(url)).toThrow(ConfigurationError);
      expect(() => clerk.webhooks.to(url)).toThrow('this machine alone');
    });

    it.each(['http://localhost:3000/', 'http://[::1]:3000/', 'https://127.0.0.1/'])(
      'but to %s',
      (url) => {
        expect(clerk.webhooks.to(url).url).toBe(url);
      },
    );

    it.each(['whsec_', '', 'sk_test_abc', 'whsec_c2hvcnQ=', `whsec_${'A'.repeat(200)}`])(
      'with no secret such as %j, which it does not repeat',
      (secret) => {
        const attempt = () => clerk.webhooks.to(ear.url, { secret });
        expect(attempt).toThrow('16 to 128 bytes in base64');
        if (secret.length > 6) expect(attempt).not.toThrow(secret);
      },
    );

    it('until it is stopped, which waits for no answer', async () => {
      const silent = await LocalClerk.start();
      silent.outage('hang');
      clerk.webhooks.to(`${silent.url}/v1/jwks`);
      const sent = clerk.webhooks.send('user.created');
      await clerk.stop();
      expect((await sent).map(({ status }) => status)).toContain(null);
      await silent.stop();
    });
  });
});
