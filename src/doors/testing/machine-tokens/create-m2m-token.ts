import type { Instance } from '../instance.js';
import { randomId, randomMachineCredential } from '../random.js';
import { M2M_LIFETIME, M2M_SENDER, mintM2mToken } from '../tokens/mint-m2m-token.js';
import type { M2mTokenSpec } from '../tokens/mint-m2m-token.js';
import { machineIdOf } from '../machine-ref.js';
import type { TokenFormat } from './token-format.js';

/** An M2M token, with everything the machine would hold. */
export interface M2mToken {
  /** `mt_…`: tells the token, and opens nothing. */
  readonly id: string;
  /** `mt_…`, or a JWT. */
  readonly token: string;
  /** `mch_…`: the machine that sends it. */
  readonly machineId: string;
  /** `Authorization` header: `Bearer …`. */
  readonly header: string;
}

/** Options of an M2M token. */
export interface M2mTokenOptions extends Pick<M2mTokenSpec, 'machine' | 'scopes'> {
  /**
   * Claims of your own.
   * @default none
   */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;

  /**
   * Seconds from now to its end; negative for one that has expired.
   * @default 3600: an hour
   */
  readonly expiresIn?: number | undefined;

  /**
   * Whether the Backend API has to be asked about it, or it proves itself.
   * @default 'opaque'
   */
  readonly format?: TokenFormat | undefined;
}

/** Issues an M2M token. The Backend API knows it from now on, even one that needs nobody to vouch for it. */
export function createM2mToken(options: M2mTokenOptions, instance: Instance): M2mToken {
  const { machine = M2M_SENDER, scopes = [], claims = null, expiresIn = M2M_LIFETIME } = options;
  const { machines, machineTokens } = instance.directory;
  const id = randomId('mt');
  const secret = secretOf(id, options, instance);
  const subject = machineIdOf(machine, machines);
  machineTokens.issue({ type: 'm2m_token', id, secret, subject, scopes, claims }, expiresIn);
  return Object.freeze({ id, token: secret, machineId: subject, header: `Bearer ${secret}` });
}

function secretOf(id: string, options: M2mTokenOptions, instance: Instance): string {
  const { format = 'opaque', ...spec } = options;
  switch (format) {
    case 'opaque':
      return randomMachineCredential('mt');
    case 'jwt':
      return mintM2mToken({ ...spec, claims: { ...spec.claims, jti: id } }, instance);
    default:
      return format satisfies never;
  }
}
