import { ConfigurationError } from '../../../errors/configuration-error.js';
import type { Happening, Happenings } from '../directory/happenings.js';
import type { Users } from '../directory/users.js';
import { isLoopbackUrl } from '../http/loopback.js';
import { randomId } from '../random.js';
import type { Delivery } from './delivery.js';
import { Endpoint } from './endpoint.js';
import { headersOf } from './headers-of.js';
import { post } from './post.js';
import type { WebhookEndpoint, WebhookEndpointOptions } from './webhook-endpoint.js';
import { eventDataOf, eventOf } from './webhook-event.js';
import type { SendOptions, Webhooks } from './webhooks.js';

/** An event on its way to one endpoint, for the first time or again. */
interface Sending {
  readonly endpoint: Endpoint;
  readonly id: string;
  readonly type: string;
  readonly body: Uint8Array;
  readonly options: SendOptions;
  attempts: number;
}

interface Told {
  readonly users: Users;
  readonly happenings: Happenings;
}

const KEPT = 10_000;

/** Whom is told what, and what did they say to it? */
export class WebhookSender implements Webhooks {
  readonly #endpoints = new Set<Endpoint>();
  readonly #underWay = new Set<Promise<Delivery>>();
  readonly #sendings = new WeakMap<Delivery, Sending>();
  readonly #closing = new AbortController();
  readonly #instanceId = randomId('ins');
  readonly #now: () => number;
  readonly #users: Users;
  #deliveries: Delivery[] = [];

  constructor(now: () => number, { users, happenings }: Told) {
    this.#now = now;
    this.#users = users;
    happenings.listen((happening) => {
      this.#tell(happening);
    });
  }

  to(url: string, options: WebhookEndpointOptions = {}): WebhookEndpoint {
    if (!isOwn(url)) throw new ConfigurationError([NOT_LOOPBACK]);
    const endpoint = new Endpoint(url, options, this.#now, (it) => this.#endpoints.delete(it));
    this.#endpoints.add(endpoint);
    return endpoint;
  }

  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  get deliveries(): readonly Delivery[] {
    return [...this.#deliveries];
  }

  forget(): void {
    this.#deliveries = [];
  }

  async resend(delivery: Delivery): Promise<Delivery> {
    const sending = this.#sendings.get(delivery);
    if (sending !== undefined) return this.#send(sending);
    throw new Error(
      'Only a delivery of this LocalClerk can be sent again: one of webhooks.deliveries.',
    );
  }

  async send(
    type: string,
    data: unknown = {},
    options: SendOptions = {},
  ): Promise<readonly Delivery[]> {
    if (this.#endpoints.size === 0) throw new Error(NO_ENDPOINT);
    return Promise.all(this.#sendToAll(type, data, options));
  }

  /** Sends nothing more, and waits for no answer. */
  close(): void {
    this.#endpoints.clear();
    this.#closing.abort();
  }

  #tell(happening: Happening): void {
    if (this.#endpoints.size === 0) return;
    void this.#sendToAll(happening.type, eventDataOf(happening, this.#users), {});
  }

  #sendToAll(type: string, data: unknown, options: SendOptions): Promise<Delivery>[] {
    const { id = randomId('msg'), at, body } = options;
    const time = typeof at === 'number' ? at : this.#now();
    const event = JSON.stringify(eventOf(type, data, time, this.#instanceId));
    const bytes = Buffer.from(body ?? event);
    const wanting = [...this.#endpoints].filter((endpoint) => endpoint.wants(type));
    return wanting.flatMap((endpoint) => {
      const sending = { endpoint, id, type, body: bytes, options, attempts: 0 };
      if (!endpoint.isPaused) return [this.#send(sending)];
      endpoint.hold(() => void this.#send(sending));
      return [];
    });
  }

  #send(sending: Sending): Promise<Delivery> {
    const delivery = this.#attempt(sending);
    this.#underWay.add(delivery);
    void delivery.finally(() => this.#underWay.delete(delivery));
    return delivery;
  }

  /** Never rejects. */
  async #attempt(sending: Sending): Promise<Delivery> {
    const { endpoint, id, type, body, options } = sending;
    const { url, secrets } = endpoint;
    sending.attempts += 1;
    const attempt = sending.attempts;
    const now = this.#now();
    // What is sent again has the time of now, even if it was sent as an old one at first.
    const at = attempt === 1 ? options.at : undefined;
    const headers = headersOf({ ...options, at: at ?? now, id }, body, secrets);
    const answered = await post(url, headers, body, this.#closing.signal);
    const sent = { id, type, url, attempt, at: now, headers, body: Buffer.from(body).toString() };
    return this.#keep(Object.freeze({ ...sent, ...answered }), sending);
  }

  #keep(delivery: Delivery, sending: Sending): Delivery {
    this.#sendings.set(delivery, sending);
    this.#deliveries.push(delivery);
    if (this.#deliveries.length > KEPT) this.#deliveries.shift();
    return delivery;
  }
}

const NO_ENDPOINT = 'Nobody is told of it: say where to with webhooks.to(url) first.';

const NOT_LOOPBACK =
  'LocalClerk tells this machine alone what happens: `webhooks.to()` takes an http or https URL of 127.0.0.1, ::1 or localhost.';

function isOwn(url: string): boolean {
  return isLoopbackUrl(url) && /^https?:$/.test(new URL(url).protocol);
}
