import type { Directory } from './directory/directory.js';
import type { MembershipRecord } from './directory/organizations.js';

/** An organization, and what somebody is in it. What is left out stays as it was. */
export interface OrganizationOptions {
  /** Who bears a new slug is made. */
  readonly slug: string;

  /** @default the slug, when the organization is new */
  readonly name?: string | undefined;

  /**
   * The member's, such as `org:admin`. The `org:` may be left out.
   * @default 'org:member', when the member is new
   */
  readonly role?: string | undefined;

  /**
   * The member's, such as `org:invoices:read`. The `org:` may be left out. Those of Clerk's own (`org:sys_…`) never get into
   * a token.
   * @default none, when the member is new
   */
  readonly permissions?: readonly string[] | undefined;

  /**
   * The organization's, by slug. A permission gets into a token of version 2 only with its feature.
   * @default exactly those to which the member's permissions belong, until some are given
   */
  readonly features?: readonly string[] | undefined;

  /**
   * The organization's, by slug.
   * @default none, when the organization is new
   */
  readonly plans?: readonly string[] | undefined;
}

/** An organization by its slug alone, or with what is to be so. */
export type OrganizationSpec = string | OrganizationOptions;

/**
 * Makes the user a member, or changes what a member may do.
 * @throws Error for a role, a permission, a feature or a plan that Clerk could not have
 */
export function joinOrganization(
  userId: string,
  wish: OrganizationSpec,
  { organizations, subscriptions }: Directory,
): MembershipRecord {
  const wishes: OrganizationOptions = typeof wish === 'string' ? { slug: wish } : wish;
  const { slug, name } = wishes;
  const { id } = name === undefined ? organizations.named(slug) : organizations.rename(slug, name);
  const known = organizations.membership(id, userId) ?? { role: 'org:member', permissions: [] };
  const { role = known.role, permissions = known.permissions } = wishes;
  subscriptions.change(id, wishes);
  return organizations.join(id, userId, { role, permissions });
}
