import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { checkDelivery } from '../../src/doors/webhooks/check-delivery.js';
import { readSigningSecret } from '../../src/doors/webhooks/signing-secret.js';
import { Dice } from '../contract/support/dice.js';

const CASES = 12_000;
const NOW = Math.floor(Date.now() / 1000);
const SECRETS = Array.from({ length: 8 }, (_, at) => randomBytes(16 + 16 * at).toString('base64'));

interface Case {
  readonly secret: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Whether a delivery counts, by ours: the headers' names are those that the other knows too. */
function isOurs({ secret, headers, body }: Case): boolean {
  const read = readSigningSecret(`whsec_${secret}`);
  if (read.kind === 'wrong') return false;
  const rules = { keys: [read.key], tolerance: 300_000, bodyLimit: 1_000_000 };
  // Whole seconds, as the other reads the time.
  const now = Math.floor(Date.now() / 1000) * 1000;
  return checkDelivery(headers, { kind: 'read', bytes: body }, rules, now).kind === 'signed';
}

function isTheirs({ secret, headers, body }: Case): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

/** A delivery that is right. */
function right(dice: Dice): Case {
  const secret = dice.pick(SECRETS);
  const id = `msg_${dice.upTo(1e9).toString(36)}`;
  const at = NOW + dice.upTo(500) - 250;
  const text = dice.pick(['é', '\u{1F600}', 'plain', '"', '\\', ' '.repeat(dice.upTo(40))]);
  const event = { type: 'user.created', data: { id, text, n: dice.upTo(1e6) } };
  const body = Buffer.from(JSON.stringify(event));
  const signature = new Webhook(secret).sign(id, new Date(at * 1000), body.toString());
  return {
    secret,
    body,
    headers: { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature },
  };
}

type Mutation = (right: Case, dice: Dice) => Case;

function withHeader(name: string, change: (value: string, dice: Dice) => string): Mutation {
  return (delivery, dice) => ({
    ...delivery,
    headers: { ...delivery.headers, [name]: change(delivery.headers[name] ?? '', dice) },
  });
}

function flipped(text: string, dice: Dice): string {
  const at = dice.upTo(text.length - 1);
  return text.slice(0, at) + dice.pick(['A', 'b', '/', '+', '9', '=']) + text.slice(at + 1);
}

const ID = 'webhook-id';
const TIME = 'webhook-timestamp';
const SIGNATURE = 'webhook-signature';
const OTHER = `v1,${randomBytes(32).toString('base64')}`;

/** What both must agree about, right and wrong alike. */
const MUTATIONS: readonly Mutation[] = [
  (delivery) => delivery,
  (delivery, dice) => {
    const body = Buffer.from(delivery.body);
    // ASCII alone: of other bytes the other sees what they decode to.
    body[dice.upTo(body.length - 1)] = 0x20 + dice.upTo(0x5e);
    return { ...delivery, body };
  },
  (delivery) => ({ ...delivery, body: Buffer.concat([delivery.body, Buffer.from(' ')]) }),
  (delivery, dice) => ({ ...delivery, body: delivery.body.subarray(0, dice.upTo(20)) }),
  (delivery, dice) => ({ ...delivery, secret: dice.pick(SECRETS) }),
  withHeader(ID, flipped),
  withHeader(ID, (id) => `${id} `),
  withHeader(ID, (id) => id.toUpperCase()),
  withHeader(ID, () => ''),
  withHeader(TIME, (time) => String(Number(time) + 1)),
  withHeader(TIME, (time) => String(Number(time) - 100_000)),
  withHeader(TIME, (time) => String(Number(time) + 100_000)),
  withHeader(TIME, () => ''),
  withHeader(TIME, () => 'soon'),
  withHeader(SIGNATURE, flipped),
  withHeader(SIGNATURE, (signature) => `${OTHER} ${signature}`),
  withHeader(SIGNATURE, (signature) => `${signature} ${OTHER}`),
  withHeader(SIGNATURE, (signature) => `v1a,abc v2,${signature.slice(3)} ${signature}`),
  withHeader(SIGNATURE, (signature) => `v2,${signature.slice(3)}`),
  withHeader(SIGNATURE, (signature) => `v1a,${signature.slice(3)}`),
  withHeader(SIGNATURE, (signature) => signature.slice(3)),
  withHeader(SIGNATURE, (signature) => signature.slice(0, -1)),
  withHeader(SIGNATURE, (signature) => signature.replace(/=+$/, '')),
  withHeader(SIGNATURE, (signature) => `${signature}=`),
  withHeader(SIGNATURE, (signature) => signature.toLowerCase()),
  withHeader(SIGNATURE, (signature) => signature.replaceAll('+', '-').replaceAll('/', '_')),
  withHeader(SIGNATURE, () => ''),
  withHeader(SIGNATURE, () => 'v1,'),
  withHeader(SIGNATURE, () => OTHER),
  withHeader(SIGNATURE, (signature) => `  ${signature}  `),
];

it(`${String(CASES)} deliveries, right and wrong, are judged alike`, () => {
  const dice = new Dice(15);
  const verdicts = { right: 0, wrong: 0 };
  for (let at = 0; at < CASES; at += 1) {
    const mutation = MUTATIONS[at % MUTATIONS.length]!;
    const delivery = mutation(right(dice), dice);
    const ours = isOurs(delivery);
    verdicts[ours ? 'right' : 'wrong'] += 1;
    if (ours !== isTheirs(delivery)) {
      throw new Error(`Mutation ${String(at % MUTATIONS.length)}: ${JSON.stringify(delivery)}`);
    }
  }
  // Both verdicts came up often enough to mean something.
  expect(Math.min(verdicts.right, verdicts.wrong)).toBeGreaterThan(CASES / 10);
});

describe('stricter than the other, and nowhere more lenient', () => {
  function signedAs(id: string, time: string, body: Buffer): Case {
    const secret = SECRETS[0]!;
    const at = new Date(parseInt(time, 10) * 1000);
    const signature = new Webhook(secret).sign(id, at, body.toString());
    return { secret, body, headers: { [ID]: id, [TIME]: time, [SIGNATURE]: signature } };
  }

  const event = Buffer.from('{"type":"a.b","data":{}}');
  const invalid = Buffer.concat([
    Buffer.from('{"type":"a.b","data":{"text":"'),
    Buffer.from([0xff]),
    Buffer.from('"}}'),
  ]);

  it.each([
    ['a time with letters behind it', signedAs('msg_1', `${String(NOW)}abc`, event)],
    ['a time with a fraction', signedAs('msg_1', `${String(NOW)}.5`, event)],
    ['a time with a sign', signedAs('msg_1', `+${String(NOW)}`, event)],
    ['a blank id', signedAs(' ', String(NOW), event)],
    [
      'bytes that are no UTF-8, under the signature of U+FFFD',
      signedAs('msg_1', String(NOW), invalid),
    ],
  ])('%s', (_, delivery) => {
    expect({ ours: isOurs(delivery), theirs: isTheirs(delivery) }).toEqual({
      ours: false,
      theirs: true,
    });
  });

  it('an empty key, with which anybody could sign', () => {
    expect(readSigningSecret('whsec_')).toMatchObject({ kind: 'wrong' });
    expect(() => new Webhook('whsec_')).toThrow();
  });

  it('what is signed, but no event', () => {
    const delivery = signedAs('msg_1', String(NOW), Buffer.from('[]'));
    expect({ ours: isOurs(delivery), theirs: isTheirs(delivery) }).toEqual({
      ours: false,
      theirs: true,
    });
  });
});
