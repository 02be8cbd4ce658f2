/** What Clerk says of a thing, in Clerk's own words. Fields that this version does not name are `unknown`. */
export interface ClerkObjectData {
  readonly object: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Whatever people of the application or of Clerk have put there. */
export type ClerkMetadata = Readonly<Record<string, unknown>>;

export interface DeletedData {
  readonly object: string;
  readonly id?: string;
  readonly slug?: string;
  readonly deleted: boolean;
}

export interface DeletedUserData extends DeletedData {
  /** Of the application, if it gave one. */
  readonly external_id?: string;
}

export interface VerificationData {
  readonly status: string;
  readonly strategy: string;
}

export interface EmailAddressData {
  readonly id: string;
  readonly email_address: string;
  readonly verification: VerificationData | null;
}

export interface PhoneNumberData {
  readonly id: string;
  readonly phone_number: string;
  readonly verification: VerificationData | null;
}

/** Times are milliseconds since the epoch. */
export interface UserData {
  readonly object: string;
  readonly id: string;
  readonly username: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly image_url: string;
  readonly has_image: boolean;
  readonly primary_email_address_id: string | null;
  readonly primary_phone_number_id: string | null;
  readonly email_addresses: readonly EmailAddressData[];
  readonly phone_numbers: readonly PhoneNumberData[];
  readonly public_metadata: ClerkMetadata;
  readonly private_metadata: ClerkMetadata;
  readonly unsafe_metadata: ClerkMetadata;
  /** Of the application, if it gave one. */
  readonly external_id: string | null;
  readonly banned: boolean;
  readonly locked: boolean;
  readonly last_sign_in_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Times are milliseconds since the epoch. */
export interface SessionData {
  readonly object: string;
  readonly id: string;
  readonly client_id: string;
  readonly user_id: string;
  /** Such as `active`, `pending`, `ended`, `removed`, `revoked`. */
  readonly status: string;
  readonly last_active_at: number;
  readonly expire_at: number;
  readonly abandon_at: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Times are milliseconds since the epoch. */
export interface OrganizationData {
  readonly object: string;
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly image_url?: string;
  readonly has_image: boolean;
  readonly public_metadata: ClerkMetadata | null;
  readonly private_metadata?: ClerkMetadata;
  /** The id of the user. */
  readonly created_by?: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Times are milliseconds since the epoch. */
export interface OrganizationMembershipData {
  readonly object: string;
  readonly id: string;
  readonly role: string;
  readonly permissions: readonly string[];
  readonly organization: OrganizationData;
  readonly public_user_data: OrganizationMemberData;
  readonly public_metadata: ClerkMetadata;
  readonly private_metadata?: ClerkMetadata;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface OrganizationMemberData {
  readonly user_id: string;
  readonly identifier: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly image_url: string;
  readonly has_image: boolean;
}

/** Times are milliseconds since the epoch. */
export interface OrganizationInvitationData {
  readonly id: string;
  readonly email_address: string;
  readonly role: string;
  readonly organization_id: string;
  readonly status?: string;
  readonly public_metadata: ClerkMetadata;
  readonly private_metadata: ClerkMetadata;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface AcceptedInvitationData extends OrganizationInvitationData {
  readonly user_id: string;
}
