import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';

/** Tells the reader what to try: of every field, who is let in and who is not. */
export function showAround(app: INestApplication, clerk: LocalClerk): void {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  console.log(guideTo(`localhost:${port}/graphql`, clerk.url));
}

function guideTo(app: string, clerk: string): string {
  return `
GraphQL listens on http://${app}, and a LocalClerk plays Clerk on ${clerk}
Paste these lines into another terminal (bash) in this repository, one after the other. Tokens live for five
seconds, so each line fetches a new one:

# Ada is an admin of Acme, Bob is nobody's. Each variable holds the id of a session.
  part() { sed -E "s/.*\\"$1\\":\\"([^\\"]*)\\".*/\\1/"; }
  ADA=$(curl -s -d '{"user":"ada","organization":"acme","role":"org:admin"}' ${clerk}/_local/sign-in | part sessionId)
  BOB=$(curl -s -d '{"user":"bob"}' ${clerk}/_local/sign-in | part sessionId)
  token() { curl -s -X POST ${clerk}/_local/sessions/$1/token | part sessionToken; }
  ask() { curl -s -H 'Content-Type: application/json' -d "{\\"query\\":\\"$1\\"}" "\${@:2}" http://${app}; }
  as() { ask "$2" -H "Authorization: Bearer $(token $1)"; }

# 1. A query for whoever is signed in. Ada: her id. Nobody: UNAUTHENTICATED, session_required.
  as $ADA '{ me }'
  ask '{ me }'

# 2. A field for admins. Ada: 4200. Bob: the name comes, and FORBIDDEN, no_active_organization for the salary.
  as $ADA '{ employee(name: \\"Eve\\") { name salary } }'
  as $BOB '{ employee(name: \\"Eve\\") { name salary } }'

# 3. The organization that an argument names. Ada asks for another one: FORBIDDEN, wrong_organization.
  as $ADA '{ headcount(orgId: \\"org_of_others\\") }'

# 4. Open to everybody.
  ask '{ motto }'

# 5. A subscription that survives its token: after five seconds the socket is closed with 4403 token_expired, and the
#    client comes back by itself with a fresh token.
  node sample/04-graphql/dist/watch.js ws://${app} ${clerk} $BOB

# 6. Bob's session is revoked while he watches: 4401 session_not_active, and no coming back.
  node sample/04-graphql/dist/watch.js ws://${app} ${clerk} $BOB & sleep 2; as $ADA "mutation { end(sessionId: \\\\\\"$BOB\\\\\\") }"; wait

Ctrl+C stops.
`;
}
