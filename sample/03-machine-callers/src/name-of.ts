import type { Caller } from 'nestjs-clerk-auth';

/** Who calls, in words. The compiler knows what each kind has, and that none is forgotten. */
export function nameOf(caller: Caller): string {
  switch (caller.tokenType) {
    case 'session_token':
      return caller.userId;
    case 'api_key':
      return `${caller.name ?? caller.id}, a key of ${caller.subject}`;
    case 'm2m_token':
      return caller.machineId;
    case 'oauth_token':
      return `${caller.clientId}, for ${caller.userId}`;
    default:
      return caller satisfies never;
  }
}
