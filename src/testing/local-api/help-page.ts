/** What `GET /` tells whoever wonders what listens here. */
export function helpPage(url: string): string {
  return `LocalClerk: a Clerk of your own for tests and development. It signs anybody in.

Backend API, with Authorization: Bearer SECRET_KEY
  GET  ${url}/v1/jwks
  POST ${url}/v1/clients/verify      {"token":"CLIENT_TOKEN"}
  POST ${url}/v1/sessions/ID/verify  {"token":"CLIENT_TOKEN"}
  GET  ${url}/v1/sessions/ID
  POST ${url}/v1/sessions/ID/revoke
  GET  ${url}/v1/users/ID

For you, without any key
  curl -d '{"user":"ada"}' ${url}/_local/sign-in
       and "client":"CLIENT_ID" to sign in on a client that is there already
  curl -X POST ${url}/_local/sessions/ID/revoke
  curl -X POST ${url}/_local/sessions/ID/token
  curl -d '{"on":true}' ${url}/_local/outage
       and "mode": "refuse", "unavailable", "hang", "rubbish" or "rate-limit"
  curl ${url}/_local/calls
`;
}
