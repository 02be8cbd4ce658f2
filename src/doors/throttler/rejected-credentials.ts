import type { UnauthenticatedCode } from '../../errors/error-code.js';
import type { Authentication } from '../../session/authentication.js';
import { AddressAttempts, type Count } from './address-attempts.js';
import { ProvedTokens } from './proved-tokens.js';

/** How many addresses are remembered. */
const CAPACITY = 10_000;

/** Said without asking Clerk, or of a user who is not at fault. */
const COSTS_NOTHING: ReadonlySet<UnauthenticatedCode> = new Set([
  'client_token_unsupported',
  'machine_token_unsupported',
  'client_signed_out',
  'client_uat_missing',
  'session_pending',
]);

/** How an address is counted, and where. */
export interface Counting {
  readonly limit: number;
  /** Milliseconds. */
  readonly ttl: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Counts one more rejected credential of an address. */
  readonly count: (address: string) => Promise<Count>;
}

/**
 * Bounds what credentials that only Clerk can judge may cost: each that is made up is a call, and an instance has a
 * thousand in ten seconds for everybody. Blocked addresses are remembered here, because the storage can only count up.
 */
export class RejectedCredentials {
  private readonly addresses = new Map<string, AddressAttempts>();
  private readonly proved = new ProvedTokens();

  constructor(private readonly counting: Counting) {}

  /** Has a credential looked at, in its turn. Whole seconds for which its address is blocked; 0 if it is not. */
  async look(
    address: string,
    token: string,
    authenticate: () => Authentication | Promise<Authentication>,
  ): Promise<number> {
    const attempts = this.attemptsAt(address);
    // Counted all the same, should Clerk not know it anymore.
    if (this.proved.has(token)) {
      await this.judge(address, token, attempts, await authenticate());
      return 0;
    }
    const seconds = await attempts.begin();
    if (seconds > 0) return seconds;
    try {
      await this.judge(address, token, attempts, await authenticate());
      return attempts.secondsLeft();
    } finally {
      attempts.end();
    }
  }

  private async judge(
    address: string,
    token: string,
    attempts: AddressAttempts,
    authentication: Authentication,
  ): Promise<void> {
    switch (authentication.kind) {
      case 'authenticated':
      case 'machine':
        this.proved.add(token);
        return;
      case 'rejected':
        this.proved.delete(token);
        if (!COSTS_NOTHING.has(authentication.code)) {
          attempts.note(await this.counting.count(address));
        }
        return;
      default:
        // An outage says nothing of the credential.
        return;
    }
  }

  private attemptsAt(address: string): AddressAttempts {
    const known = this.addresses.get(address);
    const { limit, ttl, now } = this.counting;
    const attempts = known ?? new AddressAttempts(limit, ttl, now);
    this.addresses.delete(address);
    this.addresses.set(address, attempts);
    if (this.addresses.size > CAPACITY) this.forgetOne();
    return attempts;
  }

  /** The one that was silent for longest, of those about which nothing need be remembered if there is one. */
  private forgetOne(): void {
    let oldest: string | undefined;
    let looked = 0;
    for (const [address, attempts] of this.addresses) {
      oldest ??= address;
      if (attempts.isIdle) {
        oldest = address;
        break;
      }
      looked += 1;
      if (looked === 100) break;
    }
    if (oldest !== undefined) this.addresses.delete(oldest);
  }
}
