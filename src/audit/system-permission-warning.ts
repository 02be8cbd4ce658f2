import { isSystemPermission } from '../policy/system-permission.js';
import type { DeclaredRoute } from './declared-route.js';
import { routeName } from './route-name.js';

/** A word about a route that demands what Clerk puts into no token; `undefined` where there is nothing to say. */
export function systemPermissionWarning(route: DeclaredRoute): string | undefined {
  const names = demandedPermissions(route).filter(isSystemPermission);
  if (names.length === 0) return undefined;
  return (
    `${routeName(route)} demands the permission ${names.join(' and ')}, but Clerk puts system permissions into no ` +
    'session token, so no session has it: demand a role, or a permission of your own.'
  );
}

function demandedPermissions({ written }: DeclaredRoute): readonly string[] {
  if (written?.rule.kind !== 'required') return [];
  return written.rule.demands.flatMap((demand) =>
    demand.kind === 'permission' ? demand.anyOf : [],
  );
}
