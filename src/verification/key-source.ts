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

  /**
   * Keys under this `kid` that have come since, after none of those tried made the signature: Clerk's key ids are those
   * of instances, so a new key may come under the old id. Never throws: while nobody can be asked, the keys tried are
   * the last good ones, and what they refuse is refused. Left out where keys never change.
   */
  newcomers?(
    kid: string | undefined,
    tried: readonly KeyObject[],
  ): Eventually<readonly KeyObject[]>;
}

/** Keys that were given by hand. They bear no ids, so each of them may have signed; others never come. */
export function givenKeys(keys: readonly KeyObject[]): KeySource {
  return { candidates: () => keys };
}
