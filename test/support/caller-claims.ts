import type { MintSpec } from 'nestjs-clerk-auth/testing';

/** What a caller's session token says, besides who they are. */
export type Caller = Pick<MintSpec, 'claims' | 'version'>;

/** No organization is active. */
export const PERSONAL: Caller = {};

/** Active in `org_acme` as version 2 of the claims has it, with two permissions packed into names and masks. */
export function memberOfAcme(role: string, more: Readonly<Record<string, unknown>> = {}): Caller {
  const { fea = 'o:invoices,u:themes,ou:reports', fpm = '3,0', ...claims } = more;
  const o = { id: 'org_acme', slg: 'acme', rol: role, per: 'read,create', fpm };
  return { claims: { o, fea, ...claims } };
}

/** Active in `org_acme` as version 1 has it, which knows neither features nor plans. */
export function memberOfAcmeV1(role: string, permissions: readonly string[] = []): Caller {
  const organization = { org_id: 'org_acme', org_slug: 'acme', org_role: role };
  return { version: 1, claims: { ...organization, org_permissions: permissions } };
}
