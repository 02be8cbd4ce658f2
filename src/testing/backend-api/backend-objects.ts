import type { ClientRecord } from '../directory/clients.js';
import type { SessionRecord } from '../directory/sessions.js';
import type { UserRecord } from '../directory/users.js';

/** A session as the Backend API writes it. Times in milliseconds. */
export function sessionObject(session: SessionRecord): object {
  return {
    object: 'session',
    id: session.id,
    user_id: session.userId,
    client_id: session.clientId,
    actor: null,
    status: session.status,
    last_active_organization_id: null,
    last_active_at: session.lastActiveAt,
    latest_activity: null,
    expire_at: session.expireAt,
    abandon_at: session.abandonAt,
    created_at: session.createdAt,
    updated_at: session.updatedAt,
    tasks: [],
  };
}

/** A client with all its sessions, also those that are over. */
export function clientObject(client: ClientRecord, sessions: readonly SessionRecord[]): object {
  return {
    object: 'client',
    id: client.id,
    session_ids: client.sessionIds,
    sessions: sessions.map(sessionObject),
    sign_in_id: null,
    sign_up_id: null,
    last_active_session_id: client.lastActiveSessionId,
    last_authentication_strategy: 'password',
    created_at: client.createdAt,
    updated_at: client.updatedAt,
  };
}

/** A user with a name, an e-mail address and nothing else. */
export function userObject(user: UserRecord): object {
  const email = emailAddressObject(user);
  return {
    object: 'user',
    id: user.id,
    username: user.name,
    first_name: user.name,
    last_name: null,
    image_url: '',
    has_image: false,
    primary_email_address_id: email.id,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    email_addresses: [email],
    phone_numbers: [],
    web3_wallets: [],
    external_accounts: [],
    external_id: null,
    password_enabled: true,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    public_metadata: {},
    private_metadata: {},
    unsafe_metadata: {},
    banned: false,
    locked: false,
    last_sign_in_at: null,
    last_active_at: null,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}

function emailAddressObject({ id, name, createdAt }: UserRecord) {
  return {
    object: 'email_address',
    id: id.replace('user_', 'idn_'),
    email_address: `${encodeURIComponent(name)}@example.com`,
    reserved: false,
    verification: null,
    linked_to: [],
    created_at: createdAt,
    updated_at: createdAt,
  };
}
