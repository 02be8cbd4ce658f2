import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  CHANNELS,
  type AuthenticationDiagnostic,
  type BackendCallDiagnostic,
  type KeySetDiagnostic,
  type RefusalDiagnostic,
  type SessionRevokedDiagnostic,
} from 'nestjs-clerk-auth';

interface Messages {
  readonly authentication: AuthenticationDiagnostic;
  readonly refusal: RefusalDiagnostic;
  readonly backendCall: BackendCallDiagnostic;
  readonly keySet: KeySetDiagnostic;
  readonly sessionRevoked: SessionRevokedDiagnostic;
}

/** Listens to channels, and notes what they tell. */
export class RecordedChannels {
  private readonly told: { readonly name: string; readonly message: unknown }[] = [];

  constructor(private readonly names = Object.values(CHANNELS)) {
    for (const name of this.names) subscribe(name, this.hear);
  }

  /** What one channel told, in order. */
  of<Name extends keyof Messages>(channel: Name): Messages[Name][] {
    return this.told
      .filter(({ name }) => name === CHANNELS[channel])
      .map(({ message }) => message as Messages[Name]);
  }

  forget(): void {
    this.told.length = 0;
  }

  close(): void {
    for (const name of this.names) unsubscribe(name, this.hear);
  }

  private readonly hear = (message: unknown, name: string | symbol): void => {
    this.told.push({ name: String(name), message });
  };
}
