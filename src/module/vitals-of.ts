import type { BackendClient } from '../backend-api/backend-client.js';
import type { RemoteKeys } from '../backend-api/remote-keys.js';
import { KEY_REFUSED, type SecretKeyProbe } from '../backend-api/secret-key-probe.js';
import type { BackendState, KeyState, Vitals } from '../health/vitals.js';

/** Of the Backend API, what tells how Clerk is. */
interface Vital {
  readonly client: BackendClient;
  readonly probe: SecretKeyProbe;
  readonly remoteKeys: RemoteKeys | undefined;
}

/** Who stands in for the authenticator in a test needs neither keys nor Clerk. */
export function vitalsOf(backend: Vital | undefined): Vitals {
  return {
    keys: (): KeyState => backend?.remoteKeys?.state() ?? { kind: 'given' },
    backend: () => (backend === undefined ? { kind: 'unknown' } : backendStateOf(backend)),
  };
}

function backendStateOf({ client, probe }: Vital): BackendState {
  if (probe.isRefused) return { kind: 'key_refused', reason: KEY_REFUSED };
  const last = client.pulse.read();
  if (last === undefined) return { kind: 'unknown' };
  const { failure } = last;
  return failure === undefined ? { kind: 'ok' } : { kind: 'failing', reason: failure };
}
