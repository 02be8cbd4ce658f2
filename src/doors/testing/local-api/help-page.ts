/** What `GET /` tells whoever wonders what listens here. */
export function helpPage(url: string): string {
  return `LocalClerk: a Clerk of your own for tests and development. It signs anybody in.

Backend API, with Authorization: Bearer SECRET_KEY
  GET  ${url}/v1/jwks
  POST ${url}/v1/clients/verify      {"token":"CLIENT_TOKEN"}
  POST ${url}/v1/sessions/ID/verify  {"token":"CLIENT_TOKEN"}
  GET  ${url}/v1/sessions?user_id=ID
  GET  ${url}/v1/sessions/ID
  POST ${url}/v1/sessions/ID/revoke
  GET  ${url}/v1/users/ID, PATCH and DELETE
  POST ${url}/v1/users/ID/ban, /unban
  GET  ${url}/v1/users/ID/organization_memberships
  GET  ${url}/v1/organizations/ID
  POST ${url}/api_keys/verify                           {"secret":"API_KEY"}
  POST ${url}/m2m_tokens/verify                         {"token":"M2M_TOKEN"}
  POST ${url}/oauth_applications/access_tokens/verify   {"access_token":"OAUTH_TOKEN"}

  GET  ${url}/v1/clients/handshake_payload?nonce=NONCE
  POST ${url}/v1/sessions/ID/refresh                    {"refresh_token":"…","expired_token":"…","format":"cookie"}

Pages for people, without any script: a button for everybody. Then back to the page of this machine that sent them
  ${url}/sign-in?redirect_url=PAGE, and /sign-up, /sign-out, /sign-in/tasks
  ${url}/v1/client/handshake?redirect_url=PAGE&format=nonce, where servers send browsers that they cannot tell

Frontend API and bundles, for Clerk's browser library with proxyUrl ${url}
  Users sign in as NAME@example.com with correct-horse-battery, or with the password given to this LocalClerk.

For you, without any key
  curl -d '{"user":"ada"}' ${url}/_local/sign-in
       and "client":"CLIENT_ID" to sign in on a client that is there already
       and "organization":"acme", "role":"org:admin", "permissions":["org:invoices:read"]
       and "features":["invoices"], "plans":["gold"]: the organization's, or the user's without one
       and "actor":"support" for an impersonation
       and "claims":{"plan":"gold"} for custom claims in all tokens of the session
  curl -X POST ${url}/_local/sessions/ID/revoke
  curl -X POST ${url}/_local/sessions/ID/token
  curl -d '{"user":"carol"}' ${url}/_local/users
       and "firstName", "lastName", "username", "externalId", "locked":true
       and "publicMetadata":{"plan":"gold"}, "privateMetadata", "unsafeMetadata"
  curl -d '{"lastName":"Shaw"}' ${url}/_local/users/NAME_OR_ID
  curl -X POST ${url}/_local/users/NAME_OR_ID/ban
  curl -X POST ${url}/_local/users/NAME_OR_ID/unban
  curl -X POST ${url}/_local/users/NAME_OR_ID/delete
  curl -d '{"url":"http://127.0.0.1:3000/webhooks/clerk"}' ${url}/_local/webhooks
       and "events":["user.*"], "secret":"whsec_..."; the answer tells the secret
  curl ${url}/_local/webhooks
       what was sent, and how it was answered
  curl -X POST ${url}/_local/webhooks/MESSAGE_ID/resend
  curl -d '{"name":"billing"}' ${url}/_local/machines
  curl -d '{"user":"ada"}' ${url}/_local/api-keys
       or "organization":"acme"; and "name"
  curl -d '{"machine":"worker"}' ${url}/_local/m2m-tokens
  curl -d '{"user":"ada"}' ${url}/_local/oauth-tokens
       and "clientId"
       and for these three "scopes":["read:users"], "expiresIn": SECONDS; for the last two "format":"jwt"
  curl -X POST ${url}/_local/machine-tokens/ID/revoke
  curl -d '{"on":true}' ${url}/_local/outage
       and "mode": "refuse", "unavailable", "hang", "rubbish" or "rate-limit"
       and "frontendApi": true to take the Frontend API down as well
  curl ${url}/_local/outage
  curl ${url}/_local/calls
`;
}
