import { type Claim, WebhookLedger } from '../webhooks/webhook-ledger.js';
import { checkOptions, TIMEOUT } from './checked-options.js';
import type { RedisClient } from './redis-client.js';
import { commandsOf, type RedisCommands } from './redis-commands.js';
import { within } from './within.js';

/** How `RedisWebhookLedger` uses Redis. */
export interface RedisWebhookLedgerOptions {
  /**
   * What its keys begin with.
   *
   * @default `nestjs-clerk-auth:webhooks:`
   */
  readonly prefix?: string;
  /**
   * Milliseconds that Redis may take for an answer, 10 to 10000.
   *
   * @default 1000
   */
  readonly timeout?: number;
}

const DEFAULTS = { prefix: 'nestjs-clerk-auth:webhooks:', timeout: 1000 };

const DONE = 'done';
const claimOf = (owner: string): string => `claimed:${owner}`;

/** Deletes what is still this owner's: between a look and a deletion another one may have claimed. */
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/**
 * Which handler has run for which event, for all machines: one key each, which Redis forgets by itself. Its errors name no
 * address and no credential.
 *
 * @throws ConfigurationError `configuration_invalid` for what is no known client, and for options out of range
 * @example
 * ```ts
 * ClerkWebhooksModule.forRootAsync({ inject: [REDIS], useFactory: (redis: Redis) => ({ ledger: new RedisWebhookLedger(redis) }) })
 * ```
 */
export class RedisWebhookLedger extends WebhookLedger {
  readonly #commands: RedisCommands;
  readonly #options: typeof DEFAULTS;

  constructor(client: RedisClient, options: RedisWebhookLedgerOptions = {}) {
    super();
    this.#commands = commandsOf(client);
    this.#options = { ...DEFAULTS, ...options };
    checkOptions('RedisWebhookLedger', this.#options, [TIMEOUT], 'prefix');
  }

  /** Claims an event for a handler, for all machines. */
  override async claim(key: string, owner: string, lease: number): Promise<Claim> {
    const claim = claimOf(owner);
    // Whoever held it may let go in between: then it is free, and asked for once more.
    const holder = (await this.#take(key, owner, lease)) ?? (await this.#take(key, owner, lease));
    if (holder === DONE) return 'done';
    return holder === claim ? 'claimed' : 'busy';
  }

  override async complete(key: string, remember: number): Promise<void> {
    await this.#within('noting a handled delivery', () => this.#set(key, DONE, remember));
  }

  override async release(key: string, owner: string): Promise<void> {
    const name = this.#nameOf(key);
    await this.#within('releasing a delivery', () =>
      this.#commands.send(name, ['EVAL', RELEASE, '1', name, claimOf(owner)]),
    );
  }

  /** Takes the key if nobody has it, and tells who has it then; `null` where that one has just let go. */
  async #take(key: string, owner: string, lease: number): Promise<string | null> {
    const claim = claimOf(owner);
    const setting = this.#set(key, claim, lease, 'NX');
    try {
      const taken = await this.#within('claiming a delivery', () => setting);
      if (taken !== null && taken !== undefined) return claim;
      // It can be our own: a client that lost its connection sends a command twice.
      return textOf(await this.#within('claiming a delivery', () => this.#send(key, 'GET')));
    } catch (error) {
      // It may be carried out yet, and would keep everybody else away while nobody is at work.
      void setting.catch(() => undefined).then(() => this.#letGo(key, owner));
      throw error;
    }
  }

  /** Releases, where nobody waits for it. */
  #letGo(key: string, owner: string): Promise<void> {
    return this.release(key, owner).catch(() => undefined);
  }

  /** Asynchronous, so that a client that throws rejects. */
  async #set(key: string, value: string, life: number, ...only: 'NX'[]): Promise<unknown> {
    const milliseconds = String(Math.max(1, Math.ceil(life)));
    return this.#send(key, 'SET', value, ...only, 'PX', milliseconds);
  }

  async #send(key: string, command: string, ...args: readonly string[]): Promise<unknown> {
    const name = this.#nameOf(key);
    return this.#commands.send(name, [command, name, ...args]);
  }

  #within<T>(task: string, ask: () => Promise<T>): Promise<T> {
    return within(this.#options.timeout, task, ask);
  }

  #nameOf(key: string): string {
    return `${this.#options.prefix}${key}`;
  }
}

/** Answers come as bytes where a client is told so. */
function textOf(answer: unknown): string | null {
  if (Buffer.isBuffer(answer)) return answer.toString();
  return typeof answer === 'string' ? answer : null;
}
