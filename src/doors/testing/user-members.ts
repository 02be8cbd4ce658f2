import { VERIFICATION } from './directory/email-address.js';
import { portraitOf } from './directory/portrait.js';
import type { UserRecord } from './directory/users.js';

/** What both APIs tell of a user: names, a picture, an e-mail address, what the application keeps. Times in milliseconds. */
export function userMembers(user: UserRecord) {
  return {
    object: 'user',
    id: user.id,
    username: user.username,
    ...faceOf(user),
    primary_email_address_id: emailAddressMembers(user).id,
    ...NOTHING_ELSE,
    external_id: user.externalId,
    password_enabled: true,
    public_metadata: user.publicMetadata,
    unsafe_metadata: user.unsafeMetadata,
    last_sign_in_at: user.lastSignInAt,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}

/** What both APIs tell of the address. */
export function emailAddressMembers({ id, emailAddress }: UserRecord) {
  return {
    object: 'email_address',
    id: id.replace('user_', 'idn_'),
    email_address: emailAddress,
    verification: VERIFICATION,
    linked_to: [],
  };
}

/** A user as others may see them. */
export function publicUserData(user: UserRecord) {
  return { ...faceOf(user), identifier: user.emailAddress, user_id: user.id };
}

/** A user as a form greets them. */
export function faceOf({ name, firstName, lastName }: UserRecord) {
  const image = { image_url: portraitOf(name), has_image: false };
  return { first_name: firstName, last_name: lastName, ...image };
}

const NOTHING_ELSE = {
  primary_phone_number_id: null,
  primary_web3_wallet_id: null,
  phone_numbers: [],
  web3_wallets: [],
  external_accounts: [],
  enterprise_accounts: [],
  two_factor_enabled: false,
  totp_enabled: false,
  backup_code_enabled: false,
  create_organization_enabled: false,
  create_organizations_limit: null,
  delete_self_enabled: false,
  legal_accepted_at: null,
  timezone: null,
};
