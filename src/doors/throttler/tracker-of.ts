import { callerIn } from '../../session/caller-in.js';
import type { Authentication } from '../../session/authentication.js';
import type { Caller } from '../../session/caller.js';

/** Whose requests are counted together; `undefined` where nobody was proved. */
export function trackerOf(
  authentication: Authentication,
  by: 'user' | 'organization',
): string | undefined {
  const caller = callerIn(authentication);
  if (caller === null) return undefined;
  const organization = by === 'organization' ? organizationOf(caller) : undefined;
  if (organization !== undefined) return `organization:${organization}`;
  // What acts for a user has a limit of its own: a runaway script must not shut its owner out.
  return caller.tokenType === 'session_token'
    ? `user:${caller.userId}`
    : `machine:${caller.subject}`;
}

function organizationOf(caller: Caller): string | undefined {
  switch (caller.tokenType) {
    case 'session_token':
      return caller.organization?.id;
    case 'api_key':
      return caller.organizationId ?? undefined;
    default:
      return undefined;
  }
}
