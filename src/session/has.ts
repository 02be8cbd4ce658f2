import type { SessionClaims } from '../verification/session-claims.js';
import { isEntitled } from './entitlement.js';
import type { Organization } from './organization.js';
import type { SessionRequirements } from './requirements.js';
import { isReverified } from './reverification.js';

/** What demands are held against. */
export interface HeldAgainst {
  readonly userId: string;
  readonly status: string;
  readonly organization: Organization | null;
  readonly claims?: SessionClaims | undefined;
}

/**
 * Clerk's `has()`, to the letter: every demand that is made must be met, one that is malformed is not met, and no
 * demand at all is not met either. (Clerk's own older versions let one demand make up for another,
 * GHSA-w24r-5266-9c3c.)
 */
export function meets(held: HeldAgainst, requirements: SessionRequirements): boolean {
  if (held.userId === '' || held.status === 'pending') return false;
  const { role, permission, feature, plan, reverification } = requirements;
  const demands: readonly (readonly [unknown, () => boolean])[] = [
    [role, () => hasRole(held.organization, role)],
    [permission, () => hasPermission(held.organization, permission)],
    [feature, () => isEntitled(held.claims?.fea, feature)],
    [plan, () => isEntitled(held.claims?.pla, plan)],
    [reverification, () => isReverified(held.claims?.fva, reverification)],
  ];
  const made = demands.filter(([demand]) => demand !== undefined);
  return made.length > 0 && made.every(([, isMet]) => isMet());
}

function hasRole(organization: Organization | null, role: unknown): boolean {
  if (typeof role !== 'string' || organization?.role === undefined) return false;
  return withPrefix(organization.role) === withPrefix(role);
}

function hasPermission(organization: Organization | null, permission: unknown): boolean {
  if (typeof permission !== 'string' || organization === null) return false;
  return organization.permissions.includes(withPrefix(permission));
}

/** `admin`, `org:admin` and `org:org:admin` are the same role to Clerk. */
function withPrefix(name: string): string {
  return name.replace(/^(?:org:)*/, 'org:');
}
