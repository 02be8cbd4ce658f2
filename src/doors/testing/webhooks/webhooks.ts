import type { Delivery } from './delivery.js';
import type { WebhookEndpoint, WebhookEndpointOptions } from './webhook-endpoint.js';

/** How an event is sent that nothing but the test brought about. */
export interface SendOptions {
  /**
   * Of the event. The id of an earlier one makes it a duplicate.
   * @default a new one, `msg_…`
   */
  readonly id?: string | undefined;

  /**
   * When it is sent, in milliseconds since 1970; a text stands in the header as it is.
   * @default the clock of this Clerk
   */
  readonly at?: number | string | undefined;

  /**
   * How it is signed: with a secret that nobody knows, not at all, or with two secrets as while they rotate (the one before
   * and the current one; where none was before, one that nobody knows stands in its place).
   * @default the endpoint's secrets
   */
  readonly sign?: 'own' | 'foreign' | 'none' | 'both' | undefined;

  /**
   * What the three headers are called: `svix-…`, or `webhook-…` as the standard has it.
   * @default 'svix'
   */
  readonly names?: 'svix' | 'webhook' | undefined;

  /**
   * Sent, and signed, in the place of the event: what is no JSON, what is no event.
   * @default the event
   */
  readonly body?: string | Uint8Array | undefined;

  /**
   * Headers besides, which may replace those that are there; `undefined` takes one away.
   * @default none
   */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Sends events as Clerk does, when users and sessions change. Nothing is sent again by itself, and nothing in order: what
 * happens at once is under way at once.
 *
 * @example
 * const endpoint = clerk.webhooks.to(`${url}/webhooks/clerk`);
 * clerk.banUser('ada');
 * await clerk.webhooks.settled();
 * expect(clerk.webhooks.deliveries).toMatchObject([{ type: 'user.updated', status: 200 }]);
 */
export interface Webhooks {
  /**
   * Adds an endpoint. It hears of what happens from now on.
   *
   * @param url of this machine
   * @throws ConfigurationError `configuration_invalid` for a URL that is not loopback, or a secret that can be none
   * @example
   * const { secret } = clerk.webhooks.to('http://127.0.0.1:3000/webhooks/clerk', { events: ['user.*'] });
   */
  to(url: string, options?: WebhookEndpointOptions): WebhookEndpoint;

  /** Resolves when nothing is under way anymore. What is kept back by `pause` is not under way. */
  settled(): Promise<void>;

  /** What was sent and answered, or not answered, oldest first: the last 10,000. A copy; it does not grow. */
  readonly deliveries: readonly Delivery[];

  /**
   * Sends a delivery once more to where it went, as Clerk does when it was not answered with 2xx: with the same id and the
   * same body, and with the time and the signature of now.
   *
   * @throws Error for what is no delivery of this Clerk
   * @example
   * const [first] = clerk.webhooks.deliveries;
   * const second = await clerk.webhooks.resend(first);
   */
  resend(delivery: Delivery): Promise<Delivery>;

  /**
   * Sends any event, right or wrong, to all endpoints that want to hear of its type.
   *
   * @param data what the event is about. Default: an empty object
   * @returns a delivery for each endpoint that is not paused
   * @throws Error when there is no endpoint at all
   * @example
   * const [delivery] = await clerk.webhooks.send('organization.created', { id: 'org_1' });
   * await clerk.webhooks.send('user.created', data, { sign: 'foreign' }); // signed by somebody else
   * await clerk.webhooks.send('user.created', data, { at: Date.now() - 600_000 }); // too old
   */
  send(type: string, data?: unknown, options?: SendOptions): Promise<readonly Delivery[]>;

  /** Forgets the deliveries so far. */
  forget(): void;
}
