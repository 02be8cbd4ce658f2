import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';

/** Tells the reader what to try: of every route, who is let in and who is not. */
export function showAround(app: INestApplication, clerk: LocalClerk): void {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  console.log(guideTo(`http://localhost:${port}`, clerk.url, clerk.createMachine('app').id));
}

function guideTo(app: string, clerk: string, machineId: string): string {
  return `
The app listens on ${app}, and a LocalClerk plays Clerk on ${clerk}
Paste these lines into another terminal (bash), one after the other:

# A person, a key, two machines and two applications. Each variable holds what Clerk gave out.
  clerk() { curl -s -X POST ${clerk}/_local/$1 -d "$2"; }
  part() { sed -E "s/.*\\"$1\\":\\"([^\\"]*)\\".*/\\1/"; }
  as() { curl -i -H "Authorization: $(part header <<< "$1")" ${app}/$2; echo; }
  ADA=$(clerk sign-in '{"user":"ada"}')
  KEY=$(clerk api-keys '{"user":"ada","name":"backup script"}')
  WORKER=$(clerk m2m-tokens '{"machine":"worker","scopes":["${machineId}"]}')
  WORKER_JWT=$(clerk m2m-tokens '{"machine":"worker","scopes":["${machineId}"],"format":"jwt"}')
  LOST=$(clerk m2m-tokens '{"machine":"worker"}')
  MAIL=$(clerk oauth-tokens '{"user":"ada","clientId":"mail","scopes":["read:contacts"]}')
  GAME=$(clerk oauth-tokens '{"user":"ada","clientId":"game"}')

# 1. Sessions only. Ada: 200. Her key: 401 token_type_unsupported, and Clerk is not even asked.
  as "$ADA" me
  as "$KEY" me

# 2. Sessions and API keys. Ada: 200. Her key: 200. A machine: 401 token_type_unsupported.
  as "$ADA" reports
  as "$KEY" reports
  as "$WORKER" reports

# 3. Machines only. The worker: 200. With a token that is not meant for this app: 401 machine_token_invalid.
#    Ada: 401 token_type_unsupported.
  as "$WORKER" jobs
  as "$LOST" jobs
  as "$ADA" jobs

# 4. OAuth, with a scope. The mail program: 200. The game, to which Ada did not give it: 403 missing_scope.
  as "$MAIL" contacts
  as "$GAME" contacts

# 5. Ada revokes her key. The next call: 401 machine_token_revoked.
  clerk machine-tokens/$(part id <<< "$KEY")/revoke; echo
  as "$KEY" reports

# 6. Clerk is down, so nobody can say what an opaque token is worth: 503 authority_unavailable, and not a refusal.
#    A JWT proves itself: 200. Clerk is back: 200.
  clerk outage '{"on":true}'; echo
  as "$WORKER" jobs
  as "$WORKER_JWT" jobs
  clerk outage '{"on":false}'; echo
  as "$WORKER" jobs

Ctrl+C stops.
`;
}
