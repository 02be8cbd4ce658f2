import type { Directory } from '../directory/directory.js';
import type { MembershipRecord } from '../directory/organizations.js';
import { isInTokens, packPermissions } from './packed-permissions.js';

/** The active organization as version 1 of the claims tells it. */
export function organizationClaimsV1(
  { organizationId, role, permissions }: MembershipRecord,
  { organizations }: Directory,
): object {
  return {
    org_id: organizationId,
    org_role: role,
    org_slug: organizations.find(organizationId)?.slug,
    org_permissions: permissions.filter(isInTokens),
  };
}

/** The active organization as version 2 tells it. Its features stand in `fea`, beside the user's. */
export function organizationClaimV2(
  { organizationId: id, role, permissions }: MembershipRecord,
  features: readonly string[],
  { organizations }: Directory,
): object {
  const packed = packPermissions(permissions.filter(isInTokens), features);
  return { id, slg: organizations.find(id)?.slug, rol: role.slice('org:'.length), ...packed };
}
