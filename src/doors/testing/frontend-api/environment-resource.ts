import type { Settings } from '../settings.js';
import { displayConfig } from './display-config.js';
import { userSettings } from './user-settings.js';

/**
 * What this instance is like: e-mail addresses and passwords, several sessions in one browser, organizations, nothing else.
 * @param origin of the page, to which its links lead
 */
export function environmentResource(origin: string, settings: Settings): object {
  return {
    object: 'environment',
    id: 'env_local',
    auth_config: AUTH_CONFIG,
    display_config: displayConfig(origin, settings),
    user_settings: userSettings(),
    organization_settings: ORGANIZATION_SETTINGS,
    commerce_settings: COMMERCE_SETTINGS,
    api_keys_settings: API_KEYS_SETTINGS,
    protect_config: { object: 'protect_config', id: 'protect_local' },
    maintenance_mode: false,
    client_debug_mode: false,
    partitioned_cookies: false,
  };
}

const AUTH_CONFIG = {
  object: 'auth_config',
  id: 'aconf_local',
  single_session_mode: false,
  claimed_at: null,
  reverification: true,
  preferred_channels: {},
  session_minter: false,
  native_settings: null,
};

const ORGANIZATION_SETTINGS = {
  enabled: true,
  max_allowed_memberships: 0,
  force_organization_selection: false,
  actions: { admin_delete: false },
  domains: { enabled: false, enrollment_modes: [], default_role: null },
  slug: { disabled: false },
  organization_creation_defaults: { enabled: false },
};

const UNBILLED = { enabled: false, has_paid_plans: false };

const COMMERCE_SETTINGS = {
  object: 'commerce_settings',
  id: 'commerce_local',
  billing: { stripe_publishable_key: null, organization: UNBILLED, user: UNBILLED },
};

const API_KEYS_SETTINGS = {
  object: 'api_keys_settings',
  id: 'api_keys_local',
  user_api_keys_enabled: false,
  orgs_api_keys_enabled: false,
};
