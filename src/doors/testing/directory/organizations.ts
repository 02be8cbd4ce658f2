import { randomId } from '../random.js';
import { permissionKey, roleKey } from './role-and-permission-keys.js';

/** An organization as this Clerk keeps it. Times in milliseconds since 1970. */
export interface OrganizationRecord {
  /** `org_…` */
  readonly id: string;
  /** What tests call it. */
  readonly slug: string;
  /** As people read it; at first the slug. */
  readonly name: string;
  /** When it was made. */
  readonly createdAt: number;
}

/** Who somebody is in an organization. */
export interface MembershipRecord {
  /** `orgmem_…` */
  readonly id: string;
  /** `org_…` */
  readonly organizationId: string;
  /** `user_…` */
  readonly userId: string;
  /** In full, such as `org:admin`. */
  readonly role: string;
  /** In full, such as `org:invoices:read`. Clerk's own (`org:sys_…`) may be among them, but never get into tokens. */
  readonly permissions: readonly string[];
  /** When the user became a member, in milliseconds since 1970. */
  readonly createdAt: number;
}

/** What a member may do. With or without the `org:` in front. */
export type Standing = Pick<MembershipRecord, 'role' | 'permissions'>;

/** Which organizations are there, and who belongs to them as what? */
export class Organizations {
  readonly #bySlug = new Map<string, OrganizationRecord>();
  readonly #memberships = new Map<string, MembershipRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The organization of that slug, made on first use. */
  named(slug: string): OrganizationRecord {
    const known = this.#bySlug.get(slug);
    if (known !== undefined) return known;
    return this.#keep({ id: randomId('org'), slug, name: slug, createdAt: this.#now() });
  }

  find(id: string): OrganizationRecord | undefined {
    return [...this.#bySlug.values()].find((organization) => organization.id === id);
  }

  /** @throws Error for an id of no organization here */
  require(id: string): OrganizationRecord {
    const organization = this.find(id);
    if (organization !== undefined) return organization;
    throw new Error(`LocalClerk has no organization ${id}. Mind which LocalClerk you ask.`);
  }

  findBySlug(slug: string): OrganizationRecord | undefined {
    return this.#bySlug.get(slug);
  }

  rename(slug: string, name: string): OrganizationRecord {
    return this.#keep({ ...this.named(slug), name });
  }

  /**
   * Makes the user a member, or changes what the member may do.
   * @throws Error for a role or a permission that Clerk could not have
   */
  join(organizationId: string, userId: string, { role, permissions }: Standing): MembershipRecord {
    const standing = { role: roleKey(role), permissions: permissions.map(permissionKey) };
    const known = this.membership(organizationId, userId);
    const { id, createdAt } = known ?? { id: randomId('orgmem'), createdAt: this.#now() };
    const record = Object.freeze({ id, organizationId, userId, ...standing, createdAt });
    this.#memberships.set(id, record);
    return record;
  }

  membership(organizationId: string, userId: string): MembershipRecord | undefined {
    return this.membershipsOf(userId).find((known) => known.organizationId === organizationId);
  }

  /** Oldest first. */
  membershipsOf(userId: string): readonly MembershipRecord[] {
    return [...this.#memberships.values()].filter((known) => known.userId === userId);
  }

  /** Oldest first. */
  membersOf(organizationId: string): readonly MembershipRecord[] {
    const all = [...this.#memberships.values()];
    return all.filter((known) => known.organizationId === organizationId);
  }

  /** Ends all memberships of a user. */
  forget(userId: string): void {
    for (const { id } of this.membershipsOf(userId)) this.#memberships.delete(id);
  }

  #keep(record: OrganizationRecord): OrganizationRecord {
    this.#bySlug.set(record.slug, Object.freeze(record));
    return record;
  }
}
