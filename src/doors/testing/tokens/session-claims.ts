import type { Directory } from '../directory/directory.js';
import { factorAges } from '../directory/factor-verification.js';
import type { MembershipRecord } from '../directory/organizations.js';
import type { SessionRecord } from '../directory/sessions.js';
import type { Instance } from '../instance.js';
import { organizationClaimsV1, organizationClaimV2 } from './organization-claims.js';
import { featureOf, isInTokens } from './packed-permissions.js';
import { scopedList } from './scoped-list.js';

/** Versions of Clerk's claims. */
export type ClaimsVersion = 1 | 2;

/** What a token of Clerk's says about a session at this moment, beside times and issuer. `undefined` is not written. */
export function sessionClaims(
  session: SessionRecord,
  version: ClaimsVersion,
  { directory, settings }: Instance,
): object {
  const membership = membershipIn(session, directory);
  const common = {
    sid: session.id,
    sub: session.userId,
    sts: session.status === 'pending' ? 'pending' : 'active',
    act: session.actor ?? undefined,
    fva: factorAges(session.verifiedAt, settings.now()),
  };
  if (version === 2) {
    const own = claimsV2(session.userId, membership, directory);
    return { ...common, ...own, v: 2, ...session.claims };
  }
  if (membership === undefined) return { ...common, ...session.claims };
  return { ...common, ...organizationClaimsV1(membership, directory), ...session.claims };
}

/** What the user is in the active organization; `undefined` for the personal account. */
function membershipIn(
  { organizationId, userId }: SessionRecord,
  { organizations }: Directory,
): MembershipRecord | undefined {
  return organizationId === null ? undefined : organizations.membership(organizationId, userId);
}

function claimsV2(
  userId: string,
  membership: MembershipRecord | undefined,
  directory: Directory,
): object {
  const user = directory.subscriptions.of(userId);
  if (membership === undefined) {
    return { fea: scopedList([], user.features), pla: scopedList([], user.plans) };
  }
  const { features, plans } = subscriptionOf(membership, directory);
  return {
    o: organizationClaimV2(membership, features, directory),
    fea: scopedList(features, user.features),
    pla: scopedList(plans, user.plans),
  };
}

/** An organization of whose features nobody spoke has those to which the member's permissions belong. */
function subscriptionOf(
  { organizationId, permissions }: MembershipRecord,
  { subscriptions }: Directory,
): { readonly features: readonly string[]; readonly plans: readonly string[] } {
  const { features, plans } = subscriptions.of(organizationId);
  const needed = new Set(permissions.filter(isInTokens).map(featureOf));
  return { features: features ?? [...needed], plans };
}
