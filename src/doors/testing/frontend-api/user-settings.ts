import { PASSWORD_LENGTH } from './password-length.js';

/** What users of this instance consist of, and what of them the forms ask. */
export function userSettings(): object {
  return {
    attributes: attributes(),
    actions: { delete_self: false, create_organization: false },
    social: {},
    enterprise_sso: { enabled: false, self_serve_sso: false, self_serve_directory_sync: false },
    sign_in: { second_factor: { required: false, enabled: false } },
    sign_up: SIGN_UP,
    password_settings: PASSWORD_SETTINGS,
    passkey_settings: { allow_autofill: false, show_sign_in_button: false },
    username_settings: { min_length: 4, max_length: 64 },
    attack_protection: { enumeration_protection: { enabled: false } },
  };
}

function attributes() {
  return {
    email_address: { ...UNUSED, enabled: true, required: true, used_for_first_factor: true },
    phone_number: UNUSED,
    username: UNUSED,
    first_name: UNUSED,
    last_name: UNUSED,
    password: { ...UNUSED, enabled: true, required: true },
    web3_wallet: UNUSED,
    authenticator_app: UNUSED,
    backup_code: UNUSED,
    passkey: UNUSED,
  };
}

const UNUSED = {
  enabled: false,
  required: false,
  used_for_first_factor: false,
  first_factors: [],
  used_for_second_factor: false,
  second_factors: [],
  verifications: [],
  verify_at_sign_up: false,
};

const SIGN_UP = {
  allowlist_only: false,
  captcha_enabled: false,
  legal_consent_enabled: false,
  mode: 'public',
  progressive: true,
  mfa: { required: false },
};

/** Length alone counts, and no list of stolen passwords is asked: that would be a call to the network. */
const PASSWORD_SETTINGS = {
  allowed_special_characters: '!"#$%&\'()*+,-./:;<=>?@[]^_`{|}~',
  disable_hibp: true,
  min_length: PASSWORD_LENGTH.min,
  max_length: PASSWORD_LENGTH.max,
  require_special_char: false,
  require_numbers: false,
  require_uppercase: false,
  require_lowercase: false,
  show_zxcvbn: false,
  min_zxcvbn_strength: 0,
};
