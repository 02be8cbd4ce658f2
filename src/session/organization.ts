import type { SessionClaims } from '../verification/session-claims.js';
import { readOrganizationPermissions } from './permissions.js';

/** The organization that is active in a session. */
export interface Organization {
  /** `org_…`. */
  readonly id: string;
  /** As URLs have it. Unknown (`undefined`) when the session was proved by Clerk's record. */
  readonly slug: string | undefined;
  /** With its `org:`, such as `org:admin`. Unknown (`undefined`) when the session was proved by Clerk's record. */
  readonly role: string | undefined;
  /** Such as `org:invoices:create`. System permissions (`org:sys_…`) are never in tokens. */
  readonly permissions: readonly string[];
}

/** The active organization in a token's claims, of either version; `null` for a personal account. */
export function organizationIn(claims: SessionClaims): Organization | null {
  return claims.v === 2 ? fromVersion2(claims) : fromVersion1(claims);
}

/** Clerk's record of a session names the organization and nothing more. */
export function organizationOfRecord(id: string | undefined): Organization | null {
  return id === undefined ? null : { id, slug: undefined, role: undefined, permissions: [] };
}

function fromVersion1(claims: SessionClaims): Organization | null {
  if (!isText(claims.org_id)) return null;
  const permissions: unknown[] = Array.isArray(claims.org_permissions)
    ? claims.org_permissions
    : [];
  return {
    id: claims.org_id,
    slug: textIn(claims.org_slug),
    role: textIn(claims.org_role),
    permissions: permissions.filter(isText),
  };
}

function fromVersion2(claims: SessionClaims): Organization | null {
  const organization: unknown = claims.o;
  if (typeof organization !== 'object' || organization === null) return null;
  const { id, slg, rol, per, fpm } = organization as Readonly<Record<string, unknown>>;
  if (!isText(id)) return null;
  return {
    id,
    slug: textIn(slg),
    role: isText(rol) ? `org:${rol}` : undefined,
    permissions: readOrganizationPermissions({ features: claims.fea, names: per, masks: fpm }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function textIn(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}
