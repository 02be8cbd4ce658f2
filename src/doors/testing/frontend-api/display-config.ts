import type { Settings } from '../settings.js';

/** What Clerk's components look like, and to where they lead: nowhere but to the page itself. */
export function displayConfig(origin: string, { instanceType }: Settings): object {
  return {
    object: 'display_config',
    id: 'display_local',
    instance_environment_type: instanceType,
    application_name: 'LocalClerk',
    branded: false,
    show_devmode_warning: false,
    preferred_sign_in_strategy: 'password',
    ...linksTo(origin),
    ...NO_CAPTCHA,
    theme: THEME,
    logo_image_url: '',
    favicon_image_url: '',
    support_email: '',
    terms_url: '',
    privacy_policy_url: '',
  };
}

function linksTo(origin: string) {
  return {
    home_url: `${origin}/`,
    sign_in_url: `${origin}/sign-in`,
    sign_up_url: `${origin}/sign-up`,
    after_sign_in_url: `${origin}/`,
    after_sign_up_url: `${origin}/`,
    after_sign_out_one_url: `${origin}/`,
    after_sign_out_all_url: `${origin}/`,
    after_switch_session_url: `${origin}/`,
    user_profile_url: `${origin}/user`,
    organization_profile_url: `${origin}/organization`,
    create_organization_url: `${origin}/create-organization`,
    after_leave_organization_url: `${origin}/`,
    after_create_organization_url: `${origin}/`,
    waitlist_url: `${origin}/waitlist`,
    after_join_waitlist_url: `${origin}/`,
  };
}

const NO_CAPTCHA = {
  captcha_public_key: null,
  captcha_public_key_invisible: null,
  captcha_widget_type: null,
  captcha_provider: 'turnstile',
  captcha_oauth_bypass: [],
};

const THEME = {
  general: {
    color: '#6c47ff',
    background_color: '#ffffff',
    font_family: 'sans-serif',
    font_color: '#151515',
    label_font_weight: '600',
    padding: '1em',
    border_radius: '0.5em',
    box_shadow: '0 2px 8px rgba(0, 0, 0, 0.2)',
  },
  buttons: { font_color: '#ffffff', font_family: 'sans-serif', font_weight: '600' },
  accounts: { background_color: '#ffffff' },
};
