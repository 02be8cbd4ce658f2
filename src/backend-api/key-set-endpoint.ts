import type { KeyObject } from 'node:crypto';
import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { BackendClient } from './backend-client.js';
import { readKeySet } from './read-key-set.js';
import type { SecretKeyProbe } from './secret-key-probe.js';

/** The instance's public keys by key id. */
export type KeySet = ReadonlyMap<string, KeyObject>;

/** The JWKS of the instance, from the Backend API. */
export class KeySetEndpoint {
  constructor(
    private readonly client: BackendClient,
    private readonly secretKey: SecretKeyProbe,
  ) {}

  /** @throws AuthorityUnavailable when no usable key came back: an empty set never replaces a good one */
  async fetch(): Promise<KeySet> {
    const { status, body } = await this.client.send({
      method: 'GET',
      path: '/jwks',
      repeatable: true,
    });
    if (status === 401) throw this.secretKey.refused();
    const keys = status === 200 ? readKeySet(body) : undefined;
    if (keys === undefined || keys.size === 0) {
      throw new AuthorityUnavailable(
        `/jwks: no usable key in an answer of status ${String(status)}`,
      );
    }
    this.secretKey.accepted();
    return keys;
  }
}
