import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** A signing secret as Clerk's Dashboard shows them. */
export function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

export const SECRET = newSecret();

export interface DeliverySpec {
  readonly id?: string;
  /** Of the attempt, in milliseconds since the epoch; now by default. */
  readonly at?: number;
  /** Each signs. */
  readonly secrets?: readonly string[];
  /** `svix`, unless the sender has a brand of its own. */
  readonly names?: 'svix' | 'webhook';
}

export interface SignedDelivery {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

let count = 0;

/** What Clerk would send of an event, or of any other body; signed by `standardwebhooks`, not by this package. */
export function sign(
  payload: object | string | Buffer,
  {
    id = `msg_${String((count += 1))}`,
    at = Date.now(),
    secrets = [SECRET],
    names,
  }: DeliverySpec = {},
): SignedDelivery {
  const body =
    typeof payload === 'string' || Buffer.isBuffer(payload)
      ? Buffer.from(payload)
      : Buffer.from(JSON.stringify(payload));
  const time = new Date(Math.floor(at / 1000) * 1000);
  const signatures = secrets.map((secret) => signatureOf(secret, id, time, body));
  const prefix = names ?? 'svix';
  return {
    body,
    headers: {
      'content-type': 'application/json',
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: String(time.getTime() / 1000),
      [`${prefix}-signature`]: signatures.join(' '),
    },
  };
}

/** `standardwebhooks` signs text; of bytes that are no UTF-8 it would sign others. */
function signatureOf(secret: string, id: string, time: Date, body: Buffer): string {
  return new Webhook(secret).sign(id, time, body.toString());
}

/** An event in Clerk's envelope. */
export function eventOf(type: string, data: object = {}, more: object = {}): object {
  return {
    object: 'event',
    type,
    data: { object: type.split('.')[0], id: 'user_1', ...data },
    timestamp: Date.now(),
    instance_id: 'ins_1',
    ...more,
  };
}
