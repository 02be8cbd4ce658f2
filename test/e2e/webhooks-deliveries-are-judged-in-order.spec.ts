import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { deliver } from '../support/deliver.js';
import { EventRecorder } from '../support/event-recorder.js';
import { HandClock } from '../support/hand-clock.js';
import { RecordedLog } from '../support/recorded-log.js';
import {
  eventOf,
  newSecret,
  SECRET,
  sign,
  type SignedDelivery,
} from '../support/signed-delivery.js';
import { ADAPTERS } from '../support/start-app.js';
import { startWebhooks } from '../support/start-webhooks.js';

const LIMIT = 5000;
const SECOND_SECRET = newSecret();
const clock = new HandClock();

function without(delivery: SignedDelivery, ...names: string[]): SignedDelivery {
  const kept = Object.entries(delivery.headers).filter(([name]) => !names.includes(name));
  return { ...delivery, headers: Object.fromEntries(kept) };
}

function having(delivery: SignedDelivery, headers: Record<string, string>): SignedDelivery {
  return { ...delivery, headers: { ...delivery.headers, ...headers } };
}

const event = eventOf('user.created');

function signed(
  spec: Parameters<typeof sign>[1] = {},
  payload: object | string | Buffer = event,
): SignedDelivery {
  return sign(payload, { at: clock.now(), ...spec });
}

const foreign = (): SignedDelivery => signed({ secrets: [newSecret()] });

describe.each(ADAPTERS)('over %s', (adapter) => {
  let app: INestApplication;
  let log: RecordedLog;

  beforeAll(async () => {
    app = await startWebhooks(adapter, {
      webhooks: { secrets: [SECRET, SECOND_SECRET], bodyLimit: LIMIT },
      providers: [EventRecorder],
      now: clock.now,
    });
    log = new RecordedLog().listen();
  });

  afterAll(() => app.close());

  beforeEach(() => {
    app.get(EventRecorder).events.length = 0;
    app.get(EventRecorder).deliveries.length = 0;
  });

  async function expectHandled(delivery: SignedDelivery): Promise<void> {
    expect(await deliver(app, delivery)).toMatchObject({
      status: 200,
      body: { outcome: 'handled', handlers: 1 },
    });
    expect(app.get(EventRecorder).events.splice(0)).toHaveLength(1);
  }

  async function expectRefused(
    delivery: SignedDelivery,
    status: number,
    code: string,
  ): Promise<void> {
    const { body, ...answer } = await deliver(app, delivery);
    expect({ status: answer.status, body }).toEqual({
      status,
      body: { code, message: expect.any(String) },
    });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(app.get(EventRecorder).events).toEqual([]);
  }

  describe('counts', () => {
    it.each([
      ['signed with the first secret', () => signed()],
      ['signed with the second', () => signed({ secrets: [SECOND_SECRET] })],
      [
        'several signatures, one of them ours',
        () => signed({ secrets: [newSecret(), SECRET, newSecret()] }),
      ],
      ['signed with both', () => signed({ secrets: [SECRET, SECOND_SECRET] })],
      ['headers of a sender with a brand of its own', () => signed({ names: 'webhook' })],
      [
        'both sets, saying the same',
        () => {
          const delivery = signed({ id: 'msg_twice' });
          return having(delivery, signed({ id: 'msg_twice', names: 'webhook' }).headers);
        },
      ],
      ['as old as allowed', () => signed({ at: clock.now() - 300_000 })],
      ['as far ahead as allowed', () => signed({ at: clock.now() + 300_000 })],
      [
        'other signatures of other kinds beside',
        () => {
          const delivery = signed();
          const signature = `v1a,AAAA v2,x ${delivery.headers['svix-signature'] ?? ''} v1,`;
          return having(delivery, { 'svix-signature': signature });
        },
      ],
    ])('%s', async (_, delivery) => {
      await expectHandled(delivery());
    });
  });

  describe('400 webhook_headers_missing', () => {
    it.each([
      ['no id', () => without(signed(), 'svix-id')],
      ['no timestamp', () => without(signed(), 'svix-timestamp')],
      ['no signature', () => without(signed(), 'svix-signature')],
      ['none of them', () => without(signed(), 'svix-id', 'svix-timestamp', 'svix-signature')],
      ['a blank id', () => having(signed(), { 'svix-id': ' ' })],
      ['a blank signature', () => having(signed(), { 'svix-signature': '' })],
      ['a blank timestamp', () => having(signed(), { 'svix-timestamp': '' })],
      [
        'the two sets mixed',
        () => {
          const delivery = signed({ id: 'msg_mixed' });
          const other = signed({ id: 'msg_mixed', names: 'webhook' }).headers;
          return having(without(delivery, 'svix-id'), { 'webhook-id': other['webhook-id'] ?? '' });
        },
      ],
      [
        'a whole set, and a part of the other',
        () => having(signed(), { 'webhook-id': 'msg_other' }),
      ],
      ['two whole sets that differ', () => having(signed(), signed({ names: 'webhook' }).headers)],
    ])('%s', async (_, delivery) => {
      await expectRefused(delivery(), 400, 'webhook_headers_missing');
    });
  });

  it.each(['soon', '12abc', '1.5', '+1', '-1', '0x10', '1e9', '9'.repeat(400), '\u0661'])(
    '400 webhook_timestamp_invalid: %s',
    async (timestamp) => {
      const delivery = having(signed(), {
        'svix-timestamp': Buffer.from(timestamp).toString('latin1'),
      });
      await expectRefused(delivery, 400, 'webhook_timestamp_invalid');
    },
  );

  it.each([
    ['a second too old', -301_000],
    ['a second too far ahead', 301_000],
    ['from another century', -3_000_000_000_000],
  ])('400 webhook_timestamp_out_of_tolerance: %s', async (_, offset) => {
    const at = Math.max(0, clock.now() + offset);
    await expectRefused(signed({ at }), 400, 'webhook_timestamp_out_of_tolerance');
  });

  describe('400 webhook_signature_invalid', () => {
    it.each([
      ['a secret that is not ours', foreign],
      [
        'one byte of the body',
        () => ({
          ...signed(),
          body: Buffer.from(JSON.stringify(event).replace('user_1', 'user_2')),
        }),
      ],
      ['another id', () => having(signed(), { 'svix-id': 'msg_other' })],
      [
        'another time',
        () => having(signed(), { 'svix-timestamp': String(clock.now() / 1000 + 1) }),
      ],
      [
        'no version',
        () =>
          having(signed(), {
            'svix-signature': (signed().headers['svix-signature'] ?? '').slice(3),
          }),
      ],
      ['an empty signature', () => having(signed(), { 'svix-signature': 'v1,' })],
      [
        'a truncated one',
        () => {
          const one = signed();
          return having(one, {
            'svix-signature': (one.headers['svix-signature'] ?? '').slice(0, -4),
          });
        },
      ],
      [
        'written in another way',
        () => {
          const one = signed();
          return having(one, {
            'svix-signature': (one.headers['svix-signature'] ?? '').replace('=', ''),
          });
        },
      ],
      [
        'the key in its place',
        () => having(signed(), { 'svix-signature': `v1,${SECRET.slice(6)}` }),
      ],
    ])('%s', async (_, delivery) => {
      await expectRefused(delivery(), 400, 'webhook_signature_invalid');
    });
  });

  describe('400 webhook_payload_malformed', () => {
    it.each([
      ['nothing', ''],
      ['no JSON', 'user.created'],
      ['half of it', '{"type":"user.created","data":{'],
      ['no object', '[]'],
      ['null', 'null'],
      ['no type', '{"data":{}}'],
      ['an empty type', '{"type":"","data":{}}'],
      ['a type that is no text', '{"type":1,"data":{}}'],
      ['no data', '{"type":"user.created"}'],
      ['data that is a list', '{"type":"user.created","data":[]}'],
      ['data that is null', '{"type":"user.created","data":null}'],
      ['another object', '{"object":"user","type":"user.created","data":{}}'],
    ])('%s', async (_, body) => {
      await expectRefused(signed({}, body), 400, 'webhook_payload_malformed');
    });
  });

  it('415 webhook_encoding_unsupported', async () => {
    for (const encoding of ['gzip', 'br', 'deflate', 'gzip, identity', 'unheard-of']) {
      const delivery = {
        ...having(signed(), { 'content-encoding': encoding }),
        body: gzipSync('{}'),
      };
      await expectRefused(delivery, 415, 'webhook_encoding_unsupported');
    }
  });

  it('the first thing that is wrong is told', async () => {
    const large = 'x'.repeat(LIMIT + 1);
    const gzip = { 'content-encoding': 'gzip' };
    const stale = { at: clock.now() - 1_000_000 };
    await expectRefused(
      without(having(signed(stale, large), gzip), 'svix-id'),
      400,
      'webhook_headers_missing',
    );
    await expectRefused(having(signed(stale, large), gzip), 415, 'webhook_encoding_unsupported');
    await expectRefused(
      having(signed({}, large), { 'svix-timestamp': 'soon' }),
      413,
      'webhook_payload_too_large',
    );
    await expectRefused(
      having(foreign(), { 'svix-timestamp': 'soon' }),
      400,
      'webhook_timestamp_invalid',
    );
    await expectRefused(
      signed({ ...stale, secrets: [newSecret()] }),
      400,
      'webhook_timestamp_out_of_tolerance',
    );
    await expectRefused(
      signed({ secrets: [newSecret()] }, 'no JSON'),
      400,
      'webhook_signature_invalid',
    );
  });

  it('time is the one of CLERK_CLOCK', async () => {
    const delivery = signed();
    clock.forward(301_000);
    await expectRefused(delivery, 400, 'webhook_timestamp_out_of_tolerance');
    await expectHandled(signed());
  });

  it('nothing secret and nothing of the delivery is answered or logged', async () => {
    log.forget();
    const secret = newSecret();
    const mark = 'mark-of-the-payload';
    const deliveries = [
      signed({ id: `msg_${mark}`, secrets: [secret] }, eventOf('user.created', { mark })),
      signed({ id: `msg_${mark}` }, `no JSON ${mark}`),
      having(signed({ id: `msg_${mark}` }), { 'svix-timestamp': mark }),
    ];
    const answers = [];
    for (const delivery of deliveries) answers.push(JSON.stringify(await deliver(app, delivery)));
    const told = [...answers, log.whole].join('\n');
    for (const hidden of [
      mark,
      SECRET.slice(6),
      secret.slice(6),
      ...deliveries.map(({ headers }) => (headers['svix-signature'] ?? '').slice(3)),
    ]) {
      expect(told).not.toContain(hidden);
    }
    expect(log.said('debug').filter((line) => line.includes('webhook_'))).toHaveLength(3);
  });

  it('a wrong signature is worth one warning a minute', async () => {
    clock.forward(60_000);
    log.forget();
    for (let times = 0; times < 5; times += 1) await deliver(app, foreign());
    expect(log.said('warn')).toEqual([expect.stringContaining('CLERK_WEBHOOK_SIGNING_SECRET')]);
    clock.forward(59_000);
    await deliver(app, foreign());
    expect(log.said('warn')).toHaveLength(1);
    clock.forward(1000);
    await deliver(app, foreign());
    expect(log.said('warn')).toHaveLength(2);
  });
});
