import { Logger } from '@nestjs/common';
import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { BackendClient } from './backend-client.js';
import { readKeySet, type KeySet } from './read-key-set.js';

/** Milliseconds for which an accepted key is taken to stay accepted. */
const ACCEPTED_FOR = 60_000;

export const KEY_REFUSED = 'Clerk refuses the secret key';

/**
 * Tells a wrong key of ours from a wrong token of the caller, when the Backend API answers 401: the key set needs
 * the secret key and nothing of the caller's. Our own mistake must never sign people out.
 */
export class SecretKeyProbe {
  private readonly logger = new Logger('ClerkModule');
  private acceptedAt = Number.NEGATIVE_INFINITY;
  private complained = false;
  private flight: Promise<KeySet> | undefined;

  constructor(
    private readonly client: BackendClient,
    private readonly now: () => number,
  ) {}

  /** Whether Clerk refused our key when it was asked last. */
  get isRefused(): boolean {
    return this.complained;
  }

  /** @throws AuthorityUnavailable when Clerk refuses the key, or cannot be asked */
  async assertAccepted(): Promise<void> {
    // A clock that was set back makes the last look older, never younger.
    if (Math.abs(this.now() - this.acceptedAt) < ACCEPTED_FOR) return;
    this.flight ??= this.fetchKeySet().finally(() => (this.flight = undefined));
    await this.flight;
  }

  /**
   * The key set, whose coming says that our key is accepted.
   *
   * @throws AuthorityUnavailable when Clerk refuses the key, cannot be asked, or answers anything else
   */
  async fetchKeySet(): Promise<KeySet> {
    const call = { method: 'GET', path: '/jwks', repeatable: true, lane: 'keys' } as const;
    const { status, body } = await this.client.send(call);
    if (status === 401) throw this.refused();
    const keys = status === 200 ? readKeySet(body) : undefined;
    // Anything but a key set comes from somebody else, and says nothing about our key.
    if (keys === undefined) {
      throw new AuthorityUnavailable(`/jwks: no key set in an answer of status ${String(status)}`);
    }
    this.acceptedAt = this.now();
    this.complained = false;
    return keys;
  }

  /** Says once that the key is wrong, and is the error for everyone who needed it. */
  private refused(): AuthorityUnavailable {
    if (!this.complained) {
      this.logger.error(
        'Clerk refuses the secret key (401): correct CLERK_SECRET_KEY. Until then no session can be looked up, ' +
          'and callers who need that are answered with 503.',
      );
    }
    this.complained = true;
    return new AuthorityUnavailable(KEY_REFUSED);
  }
}
