import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { People } from './people.js';

/** Tells the reader what to try: of every demand, who meets it and who does not. */
export function showAround(app: INestApplication, clerk: LocalClerk, people: People): void {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  console.log(guideTo(`http://localhost:${port}`, clerk, people));
}

function guideTo(app: string, clerk: LocalClerk, { ada, bob, eve, support }: People): string {
  const acme = clerk.organization('acme');
  const umbrella = clerk.organization('umbrella');
  return `
The app listens on ${app}, and a LocalClerk plays Clerk on ${clerk.url}
Paste these lines into another terminal (bash), one after the other:

# Two organizations and four sessions, by their ids. A session token lives for one minute, so each call gets a new one.
  ACME=${app}/organizations/${acme.id}
  UMBRELLA=${app}/organizations/${umbrella.id}
  ADA=${ada.sessionId} BOB=${bob.sessionId}
  EVE=${eve.sessionId} SUPPORT=${support.sessionId}
  token() { curl -s -X POST ${clerk.url}/_local/sessions/$1/token | cut -d '"' -f 4; }
  as() { curl -i -H "Authorization: Bearer $(token $1)" "\${@:2}"; echo; }

# 1. organization: Ada is an admin of acme: 200. Eve is an admin too, but of umbrella: 403 wrong_organization.
  as $ADA $ACME
  as $EVE $ACME

# 2. permission: Bob has it: 200. Eve does not have it, not even at home: 403 missing_permission.
  as $BOB $ACME/invoices
  as $EVE $UMBRELLA/invoices

# 3. plan: acme is on it: 200. Umbrella is not: 403 missing_plan.
  as $BOB $ACME/forecast
  as $EVE $UMBRELLA/forecast

# 4. feature: acme has it: 200. Umbrella does not: 403 missing_feature.
  as $BOB $ACME/export
  as $EVE $UMBRELLA/export

# 5. role: Ada is an admin: 200. Bob is a member: 403 missing_role.
  as $ADA $ACME/audit-log
  as $BOB $ACME/audit-log

# 6. reverification: Ada proved 20 minutes ago who she is: 403 reverification_required. In a browser, the hooks of Clerk
#    understand that body and open the dialogue. Here she signs in once more: 200.
  as $ADA $ACME -X DELETE
  ADA=$(curl -s -d '{"user":"ada","organization":"acme"}' ${clerk.url}/_local/sign-in | sed -E 's/.*"sessionId":"([^"]*)".*/\\1/')
  as $ADA $ACME -X DELETE

# 7. actor: Ada herself: 200. Support, in the name of Ada: 403 impersonation_not_allowed.
  as $ADA $ACME/bank-account
  as $SUPPORT $ACME/bank-account

# 8. predicate: Bob sees his own payslip: 200. That of Ada: 403 requirement_not_met.
  as $BOB $ACME/members/${bob.userId}/payslip
  as $BOB $ACME/members/${ada.userId}/payslip

# 9. live: Bob may: 201. Then his session is revoked. For the rest of its minute his token goes on elsewhere: 200.
#    Here it is over at once: 401 session_not_active.
  TOKEN=$(token $BOB)
  curl -i -H "Authorization: Bearer $TOKEN" -X POST $ACME/payouts; echo
  curl -X POST ${clerk.url}/_local/sessions/$BOB/revoke; echo
  curl -i -H "Authorization: Bearer $TOKEN" $ACME; echo
  curl -i -H "Authorization: Bearer $TOKEN" -X POST $ACME/payouts; echo

Ctrl+C stops.
`;
}
