import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { UserDirectory } from '../users/user-directory.js';
import type { UserJson } from '../users/user-json.js';
import type { BackendClient } from './backend-client.js';
import { isBackendObject } from './read-record.js';
import type { SecretKeyProbe } from './secret-key-probe.js';

/** Clerk's users through the Backend API. What it answers is decided by status, never by text. */
export class UserEndpoints implements UserDirectory {
  constructor(
    private readonly client: BackendClient,
    private readonly secretKey: SecretKeyProbe,
  ) {}

  async find(userId: string): Promise<UserJson | undefined> {
    // Ids are checked before they come here; encoding them as well keeps any text from becoming a path.
    const path = `/users/${encodeURIComponent(userId)}`;
    const { status, body } = await this.client.send({
      method: 'GET',
      path,
      repeatable: true,
      lane: 'users',
      // Whoever is waiting has a page to show: sooner without a fresh user than seconds later with one.
      waitsOut: false,
    });
    switch (status) {
      case 200:
        return foundIn(body, userId, path);
      case 404:
      case 410:
        return undefined;
      case 401:
        // Nothing of a caller's was sent: it can only be our own key.
        await this.secretKey.assertAccepted();
        break;
    }
    throw new AuthorityUnavailable(`${path}: unexpected status ${String(status)}`);
  }
}

/** Another user than the one who was asked for must be nobody's. */
function foundIn(body: unknown, userId: string, path: string): UserJson {
  if (isBackendObject(body) && body.object === 'user' && body.id === userId) {
    return { ...body, id: userId };
  }
  throw new AuthorityUnavailable(`${path}: not that user in the response`);
}
