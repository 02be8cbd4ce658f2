import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { hasForm } from './local-clerk.js';

/** Tells the reader what to try. */
export function showAround(application: INestApplication, clerk: LocalClerk): void {
  const { port } = (application.getHttpServer() as { address(): AddressInfo }).address();
  const app = `http://localhost:${port}`;
  console.log(`
Open ${app} in a browser. A LocalClerk plays Clerk on ${clerk.url}
${hasForm() ? WITH_FORM : WITHOUT_FORM}
Ada is an admin of acme; Bob is a member of acme and an admin of umbrella.

Session tokens live for 20 seconds here. Open pages keep theirs fresh. Close the tab, wait, and open it again:
Clerk is asked on the way, and nobody notices.

Or paste these lines into another terminal (bash), one after the other:

# curl as a browser: it asks for pages, keeps cookies and follows redirects. It shows its way and the title of the page.
  JAR=$(mktemp)
  page() { curl -sSiL -b $JAR -c $JAR -H 'Accept: text/html' "$@" | grep -iE '^HTTP|^location|<title>' | sed 's/[?].*//'; }

# 1. A guest asks for a page that requires a session, and is at the sign-in page. A program gets 401.
  page ${app}/invoices
  curl -sSi -H 'Accept: application/json' ${app}/invoices; echo

# 2. Ada signs in on LocalClerk's page, and is back at the page that was asked for.
  page '${clerk.signInUrl}?redirect_url=${app}/invoices' -d user=ada

# 3. Next morning the session token is gone: the way leads through Clerk, and she is still signed in.
  sed -i.before '/__session/d' $JAR
  page ${app}/invoices

# 4. The page of an organization makes it the active one. It is not for those who are no members.
  page ${app}/teams/acme
  page ${app}/teams/umbrella

# 5. Clerk's Backend API is down: 503, which is not "signed out". Then it is back.
  curl -s -d '{"on":true}' ${clerk.url}/_local/outage; echo
  sed -i.before '/__session/d' $JAR
  page ${app}/invoices
  curl -s -d '{"on":false}' ${clerk.url}/_local/outage; echo
  page ${app}/invoices

# 6. Ada signs out.
  page ${app}/sign-out -d ''
  page ${app}/invoices

Ctrl+C stops.
`);
}

const WITH_FORM =
  'People sign in with Clerk’s own form: ada@example.com or bob@example.com, password correct-horse-battery.';

const WITHOUT_FORM =
  'People sign in on LocalClerk’s page, with a button. For Clerk’s own form: run `npm start` once, which fetches it.';
