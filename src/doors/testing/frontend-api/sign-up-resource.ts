import type { SignUpRecord } from '../directory/sign-ups.js';

/** What somebody has said of themselves, and what is still missing. Times in milliseconds. */
export function signUpResource(signUp: SignUpRecord): object {
  return {
    object: 'sign_up',
    id: signUp.id,
    status: signUp.createdUserId === null ? 'missing_requirements' : 'complete',
    required_fields: ['email_address', 'password'],
    optional_fields: [],
    missing_fields: missingFields(signUp),
    unverified_fields: [],
    verifications: null,
    email_address: signUp.emailAddress,
    has_password: signUp.password !== null,
    ...UNASKED,
    unsafe_metadata: {},
    created_session_id: signUp.createdSessionId,
    created_user_id: signUp.createdUserId,
    abandon_at: signUp.abandonAt,
  };
}

/** In the words of the form. */
function missingFields({ emailAddress, password }: SignUpRecord): string[] {
  const address = emailAddress === null ? ['email_address'] : [];
  return password === null ? [...address, 'password'] : address;
}

const UNASKED = {
  username: null,
  first_name: null,
  last_name: null,
  phone_number: null,
  web3_wallet: null,
  external_account: null,
  external_account_strategy: null,
  legal_accepted_at: null,
  locale: null,
  timezone: null,
};
