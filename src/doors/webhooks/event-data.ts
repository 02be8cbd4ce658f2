/** What Clerk says of a thing, in Clerk's own words. Fields that this version does not name are `unknown`. */
export interface ClerkObjectData {
  /** What it is, in a word: such as `email` or `role`. */
  readonly object: string;
  /** Of Clerk, with a prefix that tells the kind. */
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Whatever people of the application or of Clerk have put there. */
export type ClerkMetadata = Readonly<Record<string, unknown>>;

/** What is left of a thing that is gone. */
export interface DeletedData {
  /** What it was, in a word: such as `organization`. */
  readonly object: string;
  /** The id it had. */
  readonly id?: string;
  /** The slug it had, where such things have one. */
  readonly slug?: string;
  /** `true`. */
  readonly deleted: boolean;
}

/** What is left of a user who is gone. */
export interface DeletedUserData extends DeletedData {
  /** Of the application, if it gave one. */
  readonly external_id?: string;
}

/** How a way to reach somebody was proved to be theirs. */
export interface VerificationData {
  /** `verified`, `unverified`, `expired`, `failed`, or a word that Clerk invents later. */
  readonly status: string;
  /** Such as `email_code`, `from_oauth_google` or `admin`. */
  readonly strategy: string;
}

/** An e-mail address of a user. */
export interface EmailAddressData {
  /** `idn_…` */
  readonly id: string;
  /** The address itself. */
  readonly email_address: string;
  /** `null` when nobody has tried to prove it. */
  readonly verification: VerificationData | null;
}

/** A phone number of a user. */
export interface PhoneNumberData {
  /** `idn_…` */
  readonly id: string;
  /** In E.164 form, such as `+15555550100`. */
  readonly phone_number: string;
  /** `null` when nobody has tried to prove it. */
  readonly verification: VerificationData | null;
}

/** A user. */
export interface UserData {
  /** `user` */
  readonly object: string;
  /** `user_…` */
  readonly id: string;
  /** `null` where the instance has no user names. */
  readonly username: string | null;
  /** `null` when not told. */
  readonly first_name: string | null;
  /** `null` when not told. */
  readonly last_name: string | null;
  /** Always one: a picture of the initials where the user chose none. */
  readonly image_url: string;
  /** Whether the picture is one that the user chose. */
  readonly has_image: boolean;
  /** Of the one among `email_addresses`. */
  readonly primary_email_address_id: string | null;
  /** Of the one among `phone_numbers`. */
  readonly primary_phone_number_id: string | null;
  /** All of them, the unverified ones too. */
  readonly email_addresses: readonly EmailAddressData[];
  /** All of them, the unverified ones too. */
  readonly phone_numbers: readonly PhoneNumberData[];
  /** The user's front end reads it, servers alone write it. */
  readonly public_metadata: ClerkMetadata;
  /** Servers alone read and write it. */
  readonly private_metadata: ClerkMetadata;
  /** The user's own front end may write it: never decide by it what somebody may do. */
  readonly unsafe_metadata: ClerkMetadata;
  /** Of the application, if it gave one. */
  readonly external_id: string | null;
  /** Has no session, and gets none. */
  readonly banned: boolean;
  /** Too many wrong passwords; for a while. */
  readonly locked: boolean;
  /** Milliseconds since the epoch; `null` before the first time. */
  readonly last_sign_in_at: number | null;
  /** When it was made, in milliseconds since the epoch. */
  readonly created_at: number;
  /** When it last changed, in milliseconds since the epoch. */
  readonly updated_at: number;
}

/** A session. */
export interface SessionData {
  /** `session` */
  readonly object: string;
  /** `sess_…` */
  readonly id: string;
  /** `client_…`: the browser or device. */
  readonly client_id: string;
  /** `user_…` */
  readonly user_id: string;
  /** Such as `active`, `pending`, `ended`, `removed`, `revoked`. */
  readonly status: string;
  /** When it was last used, in milliseconds since the epoch. */
  readonly last_active_at: number;
  /** When it ends, in milliseconds since the epoch. */
  readonly expire_at: number;
  /** When it ends unless it is used before, in milliseconds since the epoch. */
  readonly abandon_at: number;
  /** When it was made, in milliseconds since the epoch. */
  readonly created_at: number;
  /** When it last changed, in milliseconds since the epoch. */
  readonly updated_at: number;
}

/** An organization. */
export interface OrganizationData {
  /** `organization` */
  readonly object: string;
  /** `org_…` */
  readonly id: string;
  /** As people read it. */
  readonly name: string;
  /** As URLs have it; unique in the instance. */
  readonly slug: string;
  /** Its picture. */
  readonly image_url?: string;
  /** Whether the picture is one that somebody chose. */
  readonly has_image: boolean;
  /** Its members read it, servers alone write it. */
  readonly public_metadata: ClerkMetadata | null;
  /** Servers alone read and write it. */
  readonly private_metadata?: ClerkMetadata;
  /** The id of the user. */
  readonly created_by?: string;
  /** When it was made, in milliseconds since the epoch. */
  readonly created_at: number;
  /** When it last changed, in milliseconds since the epoch. */
  readonly updated_at: number;
}

/** A user's membership in an organization. */
export interface OrganizationMembershipData {
  /** `organization_membership` */
  readonly object: string;
  /** `orgmem_…` */
  readonly id: string;
  /** In full, such as `org:admin`. */
  readonly role: string;
  /** In full, such as `org:invoices:read`; those of the role. */
  readonly permissions: readonly string[];
  /** Where the user is a member. */
  readonly organization: OrganizationData;
  /** Who the member is, as other members see them. */
  readonly public_user_data: OrganizationMemberData;
  /** Members read it, servers alone write it. */
  readonly public_metadata: ClerkMetadata;
  /** Servers alone read and write it. */
  readonly private_metadata?: ClerkMetadata;
  /** When it was made, in milliseconds since the epoch. */
  readonly created_at: number;
  /** When it last changed, in milliseconds since the epoch. */
  readonly updated_at: number;
}

/** A member, as other members see them. */
export interface OrganizationMemberData {
  /** `user_…` */
  readonly user_id: string;
  /** An e-mail address, phone number or user name. */
  readonly identifier: string;
  /** `null` when not told. */
  readonly first_name: string | null;
  /** `null` when not told. */
  readonly last_name: string | null;
  /** Always one: a picture of the initials where the user chose none. */
  readonly image_url: string;
  /** Whether the picture is one that the user chose. */
  readonly has_image: boolean;
}

/** An invitation to an organization. */
export interface OrganizationInvitationData {
  /** `orginv_…` */
  readonly id: string;
  /** Who is invited. */
  readonly email_address: string;
  /** What they are to be, such as `org:member`. */
  readonly role: string;
  /** `org_…` */
  readonly organization_id: string;
  /** `pending`, `accepted`, `revoked` or `expired`. */
  readonly status?: string;
  /** Becomes that of the membership. */
  readonly public_metadata: ClerkMetadata;
  /** Becomes that of the membership; servers alone read it. */
  readonly private_metadata: ClerkMetadata;
  /** When it was made, in milliseconds since the epoch. */
  readonly created_at: number;
  /** When it last changed, in milliseconds since the epoch. */
  readonly updated_at: number;
}

/** An invitation that somebody accepted. */
export interface AcceptedInvitationData extends OrganizationInvitationData {
  /** `user_…`: who accepted it. */
  readonly user_id: string;
}
