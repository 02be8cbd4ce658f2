import { Logger } from '@nestjs/common';
import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { MachineAuthority } from '../verification/machine-authority.js';
import type { MachineAnswer } from '../verification/machine-record.js';
import type { Answer } from '../verification/session-authority.js';
import type { BackendCall } from './backend-call.js';
import type { BackendClient } from './backend-client.js';
import { readMachineAnswer } from './read-machine.js';
import type { SecretKeyProbe } from './secret-key-probe.js';

type MachineTokenType = MachineAnswer['type'];

/** Where each kind is asked about, and under which name the token is sent. These paths have no version in front. */
const ENDPOINTS: Readonly<
  Record<MachineTokenType, { readonly path: string; readonly field: string }>
> = {
  api_key: { path: '/api_keys/verify', field: 'secret' },
  m2m_token: { path: '/m2m_tokens/verify', field: 'token' },
  oauth_token: { path: '/oauth_applications/access_tokens/verify', field: 'access_token' },
};

const MINUTE = 60_000;

/** The keys that there are to ask with. */
export interface MachineKeys {
  readonly secretKey: string | undefined;
  /** Asks about M2M tokens, and then only about those meant for this machine. */
  readonly machineSecretKey: string | undefined;
}

/** Clerk's machine tokens through the Backend API. */
export class MachineEndpoints implements MachineAuthority {
  private readonly logger = new Logger('ClerkModule');
  private isMachineKeyRefused = false;
  private complainedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly client: BackendClient,
    private readonly probe: SecretKeyProbe,
    private readonly keys: MachineKeys,
    /** Milliseconds since the epoch. */
    private readonly now: () => number,
  ) {}

  knows(type: MachineTokenType): boolean {
    return this.keys.secretKey !== undefined || this.machineKeyFor(type) !== undefined;
  }

  async verify(type: MachineTokenType, token: string): Promise<Answer<MachineAnswer>> {
    const { path, field } = ENDPOINTS[type];
    const secretKey = this.machineKeyFor(type);
    const body = { [field]: token };
    const call = {
      method: 'POST',
      path,
      body,
      repeatable: true,
      versioned: false,
      secretKey,
    } as const;
    const answer = await this.client.send(call);
    if (secretKey !== undefined && answer.status !== 401) this.isMachineKeyRefused = false;
    switch (answer.status) {
      case 200:
        return found(readMachineAnswer(type, answer.body));
      case 400:
      case 403:
      case 404:
      case 410:
      case 422:
        return { kind: 'refused' };
      case 401:
        await this.assertOwnKey(call);
        return { kind: 'refused' };
      default:
        throw new AuthorityUnavailable(`${path}: unexpected status ${String(answer.status)}`);
    }
  }

  private machineKeyFor(type: MachineTokenType): string | undefined {
    return type === 'm2m_token' ? this.keys.machineSecretKey : undefined;
  }

  /** A machine's key can ask nothing else: there is no telling whether it or the token was refused, so it is ours. */
  private async assertOwnKey({ secretKey }: BackendCall): Promise<void> {
    if (secretKey === undefined) return this.probe.assertAccepted();
    this.complain();
    throw new AuthorityUnavailable('Clerk refuses the machine secret key');
  }

  /** Once until the key is accepted again, and never more than once a minute: tokens are a stranger's to choose. */
  private complain(): void {
    const isNews = !this.isMachineKeyRefused;
    this.isMachineKeyRefused = true;
    if (!isNews || Math.abs(this.now() - this.complainedAt) < MINUTE) return;
    this.complainedAt = this.now();
    this.logger.error(
      'Clerk refuses the machine secret key (401): correct CLERK_MACHINE_SECRET_KEY.',
    );
  }
}

function found(thing: MachineAnswer | undefined): Answer<MachineAnswer> {
  return thing === undefined ? { kind: 'unusable' } : { kind: 'found', thing };
}
