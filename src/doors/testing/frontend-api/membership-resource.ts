import type { Directory } from '../directory/directory.js';
import { portraitOf } from '../directory/portrait.js';
import type { MembershipRecord, OrganizationRecord } from '../directory/organizations.js';

/** What a user is in an organization, and the organization with it. Times in milliseconds. */
export function membershipResource(membership: MembershipRecord, directory: Directory): object {
  const { id, organizationId, role, permissions, createdAt } = membership;
  const organization = directory.organizations.require(organizationId);
  return {
    object: 'organization_membership',
    id,
    role,
    role_name: role.replace('org:', ''),
    permissions,
    public_metadata: {},
    organization: organizationResource(organization, directory),
    created_at: createdAt,
    updated_at: createdAt,
  };
}

function organizationResource(
  { id, name, slug, createdAt }: OrganizationRecord,
  { organizations }: Directory,
): object {
  return {
    object: 'organization',
    id,
    name,
    slug,
    image_url: portraitOf(name),
    has_image: false,
    public_metadata: {},
    members_count: organizations.membersOf(id).length,
    pending_invitations_count: 0,
    max_allowed_memberships: 0,
    admin_delete_enabled: false,
    created_at: createdAt,
    updated_at: createdAt,
  };
}
