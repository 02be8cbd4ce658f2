import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { KeySet } from './read-key-set.js';
import type { SecretKeyProbe } from './secret-key-probe.js';

/** The JWKS of the instance, from the Backend API. */
export class KeySetEndpoint {
  constructor(private readonly secretKey: SecretKeyProbe) {}

  /** @throws AuthorityUnavailable when no usable key came back: an empty set never replaces a good one */
  async fetch(): Promise<KeySet> {
    const keys = await this.secretKey.fetchKeySet();
    if (keys.size === 0) throw new AuthorityUnavailable('/jwks: no usable key in the set');
    return keys;
  }
}
