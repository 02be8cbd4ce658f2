import { deepFreeze } from '../verification/deep-freeze.js';
import { emailAddressIn, phoneNumberIn, type EmailAddress, type PhoneNumber } from './contact.js';
import { listIn, metadataIn, textIn, timeIn, type Metadata } from './read-member.js';
import type { UserJson } from './user-json.js';

/**
 * A user as Clerk keeps them. Times are milliseconds since the epoch; what Clerk does not say is `null`, or empty. Frozen
 * with all that it holds: everybody who asks for the same user shares it.
 */
export class User {
  /** `user_…` */
  readonly id: string;
  /** The user's id in your own world, if you told Clerk. */
  readonly externalId: string | null;
  /** `null` where the instance has no user names. */
  readonly username: string | null;
  /** `null` when not told. */
  readonly firstName: string | null;
  /** `null` when not told. */
  readonly lastName: string | null;
  /** First and last name, as far as there are any. */
  readonly fullName: string | null;
  /** A picture of the initials where the user chose none. */
  readonly imageUrl: string | null;
  /** Whether the picture is one that the user chose. */
  readonly hasImage: boolean;
  /** The one of `emailAddresses` that the user named first, `null` when none: see its `isVerified`. */
  readonly primaryEmailAddress: EmailAddress | null;
  /** All of them, the unverified ones too. */
  readonly emailAddresses: readonly EmailAddress[];
  /** The one of `phoneNumbers` that the user named first, `null` when none: see its `isVerified`. */
  readonly primaryPhoneNumber: PhoneNumber | null;
  /** All of them, the unverified ones too. */
  readonly phoneNumbers: readonly PhoneNumber[];
  /** The user's front end reads it, servers alone write it. */
  readonly publicMetadata: Metadata;
  /** The user's own front end may write it: never decide by it what somebody may do. */
  readonly unsafeMetadata: Metadata;
  /** Has no session, and gets none. */
  readonly banned: boolean;
  /** Too many wrong passwords; for a while. */
  readonly locked: boolean;
  /** Removed by a directory of people that the instance is connected with. */
  readonly deprovisioned: boolean;
  /** Whether the user has a password. */
  readonly passwordEnabled: boolean;
  /** Whether the user has a second factor. */
  readonly twoFactorEnabled: boolean;
  /** Language, as BCP 47 writes it. */
  readonly locale: string | null;
  /** When the account was made. */
  readonly createdAt: number | null;
  /** When something about the user last changed. */
  readonly updatedAt: number | null;
  /** `null` before the first time. */
  readonly lastSignInAt: number | null;
  /** Clerk notes the day, and not the moment. */
  readonly lastActiveAt: number | null;
  /** When the user accepted terms and privacy policy; `null` where the instance asks for neither. */
  readonly legalAcceptedAt: number | null;
  readonly #privateMetadata: Metadata;

  private constructor(record: UserJson) {
    this.id = record.id;
    this.externalId = textIn(record.external_id);
    this.username = textIn(record.username);
    this.firstName = textIn(record.first_name);
    this.lastName = textIn(record.last_name);
    this.fullName = textIn(
      [this.firstName, this.lastName].filter((name) => name !== null).join(' '),
    );
    this.imageUrl = textIn(record.image_url);
    this.hasImage = record.has_image === true;
    this.emailAddresses = listIn(record.email_addresses, emailAddressIn);
    this.primaryEmailAddress = ofId(record.primary_email_address_id, this.emailAddresses);
    this.phoneNumbers = listIn(record.phone_numbers, phoneNumberIn);
    this.primaryPhoneNumber = ofId(record.primary_phone_number_id, this.phoneNumbers);
    this.publicMetadata = metadataIn(record.public_metadata);
    this.unsafeMetadata = metadataIn(record.unsafe_metadata);
    this.banned = record.banned === true;
    this.locked = record.locked === true;
    this.deprovisioned = record.deprovisioned === true;
    this.passwordEnabled = record.password_enabled === true;
    this.twoFactorEnabled = record.two_factor_enabled === true;
    this.locale = textIn(record.locale);
    this.createdAt = timeIn(record.created_at);
    this.updatedAt = timeIn(record.updated_at);
    this.lastSignInAt = timeIn(record.last_sign_in_at);
    this.lastActiveAt = timeIn(record.last_active_at);
    this.legalAcceptedAt = timeIn(record.legal_accepted_at);
    this.#privateMetadata = deepFreeze(metadataIn(record.private_metadata));
    deepFreeze(this);
  }

  /**
   * What servers alone may know. Not a property: a handler that returns the user, or a log that prints them, gives it to
   * nobody.
   */
  get privateMetadata(): Metadata {
    return this.#privateMetadata;
  }

  /** The user that a record of the Backend API tells of, or a test. */
  static fromRecord(record: UserJson): User {
    return new User(record);
  }
}

function ofId<Thing extends { readonly id: string }>(
  id: unknown,
  things: readonly Thing[],
): Thing | null {
  return things.find((thing) => thing.id === id) ?? null;
}
