import type { DeclaredRoute } from './declared-route.js';
import { routeName } from './route-name.js';

/** A word about a message that must name its organization, but has no place to name it; else `undefined`. */
export function placelessWarning(route: DeclaredRoute): string | undefined {
  if (route.kind !== 'ws' && route.kind !== 'rpc') return undefined;
  const places = route.written?.organizationFrom ?? [];
  if (places.length === 0) return undefined;
  const names = places.map(({ place, name }) => `${place} ${name}`).join(' and ');
  return (
    `${routeName(route)} takes the organization from ${names}, but a message has no such place, and payloads prove ` +
    'nothing: every call is refused. Demand { organization: true }, and compare the id in the handler.'
  );
}
