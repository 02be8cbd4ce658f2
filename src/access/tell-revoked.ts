import { Channel } from '../diagnostics/channel.js';
import { CHANNELS } from '../diagnostics/channels.js';

/** What is told on the channel `nestjs-clerk-auth:session-revoked`: Clerk ended a session because this process asked it to. */
export interface SessionRevokedDiagnostic {
  /** `sess_…` */
  readonly sessionId: string;
}

const REVOKED = new Channel<SessionRevokedDiagnostic>(CHANNELS.sessionRevoked);

/** Tells that a session was ended. */
export function tellRevoked(sessionId: string): void {
  if (REVOKED.hasSubscribers) REVOKED.publish({ sessionId });
}
