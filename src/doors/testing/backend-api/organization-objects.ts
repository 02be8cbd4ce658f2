import type { Directory } from '../directory/directory.js';
import type { MembershipRecord, OrganizationRecord } from '../directory/organizations.js';
import { portraitOf } from '../directory/portrait.js';
import { publicUserData } from '../user-members.js';

/** An organization as the Backend API writes it. Times in milliseconds. */
export function organizationObject(
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
    members_count: organizations.membersOf(id).length,
    max_allowed_memberships: 0,
    admin_delete_enabled: false,
    public_metadata: {},
    private_metadata: {},
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** What somebody is in an organization, and both with it. */
export function membershipObject(membership: MembershipRecord, directory: Directory): object {
  const { id, organizationId, userId, role, permissions, createdAt } = membership;
  return {
    object: 'organization_membership',
    id,
    role,
    permissions,
    public_metadata: {},
    private_metadata: {},
    organization: organizationObject(directory.organizations.require(organizationId), directory),
    public_user_data: publicUserData(directory.users.require(userId)),
    created_at: createdAt,
    updated_at: createdAt,
  };
}
