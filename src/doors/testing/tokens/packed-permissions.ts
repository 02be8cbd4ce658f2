/** How version 2 of the claims writes what a member may do. */
export interface PackedPermissions {
  /** Names without organization and feature, such as `read,create`. */
  readonly per: string;
  /** For each feature of the organization a decimal mask: bit i, lowest first, is the i-th name. */
  readonly fpm: string;
}

/** Clerk's own permissions stay at Clerk: no token lists them. */
export function isInTokens(permission: string): boolean {
  return !permission.startsWith('org:sys_');
}

/** The feature to which `org:<feature>:<name>` belongs. */
export function featureOf(permission: string): string {
  return permission.split(':')[1] ?? '';
}

/** Packs those that belong to one of the features; the others are lost, as they are at Clerk. Empty when none is left. */
export function packPermissions(
  permissions: readonly string[],
  features: readonly string[],
): PackedPermissions | Record<string, never> {
  const packed = permissions.filter((permission) => features.includes(featureOf(permission)));
  if (packed.length === 0) return {};
  const names = [...new Set(packed.map(nameOf))];
  const masks = features.map((feature) => maskOf(feature, names, new Set(packed)));
  return { per: names.join(','), fpm: masks.join(',') };
}

/** Exact beyond 2^53: more than 53 names are nothing unusual. */
function maskOf(feature: string, names: readonly string[], granted: ReadonlySet<string>): string {
  const bits = names.map((name, at) =>
    granted.has(`org:${feature}:${name}`) ? 1n << BigInt(at) : 0n,
  );
  return bits.reduce((mask, bit) => mask | bit, 0n).toString();
}

function nameOf(permission: string): string {
  return permission.split(':')[2] ?? '';
}
