import type { Directory } from '../directory/directory.js';
import type { UserRecord } from '../directory/users.js';
import { emailAddressMembers, userMembers } from '../user-members.js';
import { membershipResource } from './membership-resource.js';

/** A user as their own browser may see them: nothing private. */
export function userResource(user: UserRecord, directory: Directory): object {
  const memberships = directory.organizations.membershipsOf(user.id);
  return {
    ...userMembers(user),
    email_addresses: [{ ...emailAddressMembers(user), matches_sso_connection: false }],
    organization_memberships: memberships.map((held) => membershipResource(held, directory)),
    passkeys: [],
    profile_image_id: '',
  };
}
