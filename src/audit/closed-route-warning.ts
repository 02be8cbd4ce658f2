import { canMeet } from '../policy/possible-denials.js';
import type { DeclaredRoute } from './declared-route.js';
import { routeName } from './route-name.js';

/** A word about a route whose demands no caller it accepts can meet; `undefined` where there is nothing to say. */
export function closedRouteWarning(route: DeclaredRoute): string | undefined {
  const rule = route.written?.rule;
  if (rule?.kind !== 'required') return undefined;
  if (
    route.accepted.some((type) => canMeet(rule, type === 'session_token' ? 'sessions' : 'machines'))
  )
    return undefined;
  return (
    `${routeName(route)} lets nobody in: it accepts ${route.accepted.join(' or ')}, but a session has no scopes, and ` +
    'scopes are all that a machine can meet: change its @AcceptTokens() or its @RequireSession().'
  );
}
