import { membersIn, textIn, type Members } from './read-member.js';

/** How a way to reach somebody was proved to be theirs. */
export interface ContactVerification {
  /** `verified`, `unverified`, `expired`, `failed`, or a word that Clerk invents later. */
  readonly status: string;
  /** Such as `email_code`, `from_oauth_google` or `admin`. */
  readonly strategy: string | null;
}

/** An e-mail address of a user. */
export interface EmailAddress {
  /** `idn_…` */
  readonly id: string;
  /** The address itself. */
  readonly emailAddress: string;
  /** `null` when nobody has tried to prove it. */
  readonly verification: ContactVerification | null;
  /** Whether it was proved to be the user's. */
  readonly isVerified: boolean;
}

/** A phone number of a user. */
export interface PhoneNumber {
  /** `idn_…` */
  readonly id: string;
  /** In E.164 form, such as `+15555550100`. */
  readonly phoneNumber: string;
  /** `null` when nobody has tried to prove it. */
  readonly verification: ContactVerification | null;
  /** Whether it was proved to be the user's. */
  readonly isVerified: boolean;
}

export function emailAddressIn(members: Members): EmailAddress | undefined {
  const id = textIn(members.id);
  const emailAddress = textIn(members.email_address);
  if (id === null || emailAddress === null) return undefined;
  return { id, emailAddress, ...proofIn(members) };
}

export function phoneNumberIn(members: Members): PhoneNumber | undefined {
  const id = textIn(members.id);
  const phoneNumber = textIn(members.phone_number);
  if (id === null || phoneNumber === null) return undefined;
  return { id, phoneNumber, ...proofIn(members) };
}

/** Only the one word says that it was proved. */
function proofIn({ verification }: Members): Pick<EmailAddress, 'verification' | 'isVerified'> {
  const { status: given, strategy } = membersIn(verification) ?? {};
  const status = textIn(given);
  if (status === null) return { verification: null, isVerified: false };
  const proof = { status, strategy: textIn(strategy) };
  return { verification: proof, isVerified: status === 'verified' };
}
