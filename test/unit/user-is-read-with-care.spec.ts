import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { User } from '../../src/users/user.js';

const ADA = {
  object: 'user',
  id: 'user_1',
  external_id: '4711',
  username: 'ada',
  first_name: 'Ada',
  last_name: 'Lovelace',
  image_url: 'https://img.example.com/ada',
  has_image: true,
  primary_email_address_id: 'idn_2',
  primary_phone_number_id: 'idn_3',
  email_addresses: [
    { id: 'idn_1', email_address: 'old@example.com', verification: { status: 'expired' } },
    {
      id: 'idn_2',
      email_address: 'ada@example.com',
      verification: { status: 'verified', strategy: 'email_code' },
    },
    { id: 'idn_4', email_address: 'new@example.com', verification: null },
  ],
  phone_numbers: [
    {
      id: 'idn_3',
      phone_number: '+15555550100',
      verification: { status: 'verified', strategy: 'phone_code' },
    },
  ],
  public_metadata: { plan: { name: 'gold' } },
  private_metadata: { note: { text: 'hush-hush' } },
  unsafe_metadata: { theme: 'dark' },
  banned: false,
  locked: true,
  deprovisioned: false,
  password_enabled: true,
  two_factor_enabled: true,
  locale: 'en-GB',
  created_at: 1,
  updated_at: 2,
  last_sign_in_at: 3,
  last_active_at: 4,
  legal_accepted_at: 5,
};

describe('a user is read with care', () => {
  it('with all that an application needs', () => {
    const user = User.fromRecord(ADA);
    expect(Object.fromEntries(Object.entries(user))).toEqual({
      id: 'user_1',
      externalId: '4711',
      username: 'ada',
      firstName: 'Ada',
      lastName: 'Lovelace',
      fullName: 'Ada Lovelace',
      imageUrl: 'https://img.example.com/ada',
      hasImage: true,
      primaryEmailAddress: user.emailAddresses[1],
      emailAddresses: [
        {
          id: 'idn_1',
          emailAddress: 'old@example.com',
          verification: { status: 'expired', strategy: null },
          isVerified: false,
        },
        {
          id: 'idn_2',
          emailAddress: 'ada@example.com',
          verification: { status: 'verified', strategy: 'email_code' },
          isVerified: true,
        },
        {
          id: 'idn_4',
          emailAddress: 'new@example.com',
          verification: null,
          isVerified: false,
        },
      ],
      primaryPhoneNumber: user.phoneNumbers[0],
      phoneNumbers: [
        {
          id: 'idn_3',
          phoneNumber: '+15555550100',
          verification: { status: 'verified', strategy: 'phone_code' },
          isVerified: true,
        },
      ],
      publicMetadata: { plan: { name: 'gold' } },
      unsafeMetadata: { theme: 'dark' },
      banned: false,
      locked: true,
      deprovisioned: false,
      passwordEnabled: true,
      twoFactorEnabled: true,
      locale: 'en-GB',
      createdAt: 1,
      updatedAt: 2,
      lastSignInAt: 3,
      lastActiveAt: 4,
      legalAcceptedAt: 5,
    });
  });

  it('keeping private what is private, wherever the user is written out', () => {
    const user = User.fromRecord(ADA);
    expect(user.privateMetadata).toEqual({ note: { text: 'hush-hush' } });
    const written = [
      JSON.stringify(user),
      JSON.stringify(Object.entries(user)),
      inspect(user, { depth: 9 }),
    ];
    for (const text of written) {
      expect(text).toContain('Lovelace');
      expect(text).not.toContain('hush');
    }
  });

  it.each([
    [{}],
    [{ email_addresses: 'ada@example.com', phone_numbers: 5, public_metadata: [] }],
    [{ email_addresses: [null, 5, {}, { id: 'idn_1' }, { email_address: 'a@b.c' }] }],
    [{ first_name: 5, banned: 'false', created_at: 'now', private_metadata: 'x', locale: '' }],
  ])('from whatever else stands there: %j', (record) => {
    const user = User.fromRecord({ id: 'user_1', ...record });
    expect(user).toMatchObject({
      id: 'user_1',
      firstName: null,
      fullName: null,
      primaryEmailAddress: null,
      emailAddresses: [],
      phoneNumbers: [],
      publicMetadata: {},
      privateMetadata: {},
      banned: false,
      locale: null,
      createdAt: null,
    });
  });

  it.each([
    [{ first_name: 'Ada' }, 'Ada'],
    [{ last_name: 'Lovelace' }, 'Lovelace'],
    [{ first_name: '', last_name: null }, null],
  ])('%j is called %j', (record, fullName) => {
    expect(User.fromRecord({ id: 'user_1', ...record })).toMatchObject({ fullName });
  });

  it('takes an address for proved only by the one word, and for the primary one only by its id', () => {
    const address = (status: unknown) => ({
      id: 'idn_1',
      email_address: 'a@b.c',
      verification: { status },
    });
    const proved = ['verified', 'Verified', 'unverified', true, null].map((status) => {
      const [read] = User.fromRecord({
        id: 'user_1',
        email_addresses: [address(status)],
      }).emailAddresses;
      return read?.isVerified;
    });
    expect(proved).toEqual([true, false, false, false, false]);
    const user = User.fromRecord({ ...ADA, primary_email_address_id: 'idn_9' });
    expect(user.primaryEmailAddress).toBeNull();
  });

  it('frozen to its depths, and leaving the record alone', () => {
    const user = User.fromRecord(ADA);
    const held = [
      user,
      user.emailAddresses,
      user.emailAddresses[1],
      user.emailAddresses[1]?.verification,
      user.publicMetadata,
      user.publicMetadata.plan,
      user.privateMetadata,
      user.privateMetadata.note,
      user.unsafeMetadata,
    ];
    expect(held.map((each) => Object.isFrozen(each))).toEqual(held.map(() => true));
    expect(Object.isFrozen(ADA.public_metadata.plan)).toBe(false);
  });
});
