import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { PASSWORD, PEOPLE } from './demo/people.js';

/** Tells the reader what to try. */
export function showAround(app: INestApplication, clerk: LocalClerk | undefined): void {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const url = `http://localhost:${port}`;
  console.log(clerk === undefined ? againstClerk(url) : againstLocalClerk(url, clerk.url));
}

function againstClerk(url: string): string {
  return `
The app listens on ${url} and asks your Clerk instance.
Open it in a browser to sign in there; CLERK_PUBLISHABLE_KEY is needed for that.

# A stranger is refused: 401
  curl -i ${url}/me

# You are welcome: 200. In your front end, \`await Clerk.session.getToken()\` gives a token for one minute.
  curl -i ${url}/me -H "Authorization: Bearer $TOKEN"
`;
}

function againstLocalClerk(app: string, clerk: string): string {
  const bearer = '-H "Authorization: Bearer $(token)"';
  const asClient = `"${app}/me?_clerk_session_id=$(ada sessionId)" -b "__session=$(ada clientToken)"`;
  return `
The app listens on ${app}
No CLERK_SECRET_KEY was found, so a LocalClerk plays Clerk on ${clerk}

Open ${app} in a browser, and sign in as ${PEOPLE.join(' or ')}.
Their password is ${PASSWORD}

Or paste these lines into another terminal (bash), one after the other:

# 1. A stranger is refused: 401, and the body is empty.
  curl -i ${app}/me

# 2. Ada signs in, and is welcome: 200. A session token lives for one minute, so each call gets a new one.
  ADA=$(curl -s -d '{"user":"ada"}' ${clerk}/_local/sign-in)
  ada() { sed -E "s/.*\\"$1\\":\\"([^\\"]*)\\".*/\\1/" <<< "$ADA"; }
  token() { curl -s -X POST ${clerk}/_local/sessions/$(ada sessionId)/token | cut -d '"' -f 4; }
  curl -i ${app}/me ${bearer}

# 3. Guests and Ada are both welcome here.
  curl ${app}/maybe
  curl ${app}/maybe ${bearer}

# 4. The opaque client token: Clerk is asked each time, so an outage is 503 and never "signed out".
  curl -i ${asClient}
  curl -d '{"on":true}' ${clerk}/_local/outage
  curl -i ${asClient}
  curl -d '{"on":false}' ${clerk}/_local/outage

# 5. Ada signs out: the session is revoked, and the same cookie gets 401 from now on.
  curl -i -X DELETE ${app}/me/session ${bearer}
  curl -i ${asClient}

Your own Clerk instead: put CLERK_SECRET_KEY=… into .env.local and start again. Ctrl+C stops.
`;
}
