import type { KeyObject } from 'node:crypto';
import type { Eventually } from './eventually.js';

/** Port: where public keys come from. */
export interface KeySource {
  /**
   * The keys that may have signed a token with this `kid`; none when the instance has no such key.
   *
   * @throws AuthorityUnavailable when that cannot be known now
   */
  candidates(kid: string | undefined): Eventually<readonly KeyObject[]>;
}

/** Keys that were given by hand. They bear no ids, so each of them may have signed. */
export function givenKeys(keys: readonly KeyObject[]): KeySource {
  return { candidates: () => keys };
}
