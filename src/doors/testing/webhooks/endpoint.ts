import { randomSigningSecret } from '../random.js';
import { SigningSecrets } from './signing-secrets.js';
import type { WebhookEndpoint, WebhookEndpointOptions } from './webhook-endpoint.js';

/** An endpoint as this Clerk keeps it: with its secrets, and what is kept back. */
export class Endpoint implements WebhookEndpoint {
  readonly url: string;
  readonly secrets: SigningSecrets;
  /** `undefined`: all. */
  readonly events: readonly string[] | undefined;
  /** Removes it from those that are told. */
  readonly remove: () => void;
  /** What waits for the end of a pause; `undefined` when there is none. */
  #held: (() => void)[] | undefined;

  constructor(
    url: string,
    { events, secret = randomSigningSecret() }: WebhookEndpointOptions,
    now: () => number,
    remove: (endpoint: Endpoint) => void,
  ) {
    this.url = url;
    this.events = events;
    this.secrets = new SigningSecrets(secret, now);
    this.remove = () => {
      remove(this);
    };
  }

  get secret(): string {
    return this.secrets.current;
  }

  get isPaused(): boolean {
    return this.#held !== undefined;
  }

  rotateSecret({ keepOld = true }: { readonly keepOld?: boolean | undefined } = {}): string {
    return this.secrets.rotate(keepOld);
  }

  pause(): void {
    this.#held ??= [];
  }

  resume({ missed = true }: { readonly missed?: boolean | undefined } = {}): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (missed) for (const send of held) send();
  }

  /** Keeps it back until `resume`. */
  hold(send: () => void): void {
    this.#held?.push(send);
  }

  wants(type: string): boolean {
    return this.events?.some((name) => isNamed(type, name)) ?? true;
  }
}

function isNamed(type: string, name: string): boolean {
  return name.endsWith('.*') ? type.startsWith(name.slice(0, -1)) : name === type || name === '*';
}
