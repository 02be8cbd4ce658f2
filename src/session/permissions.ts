import { readScopedList } from './scoped-list.js';

/** The three comma lists in which a version 2 token packs an organization's permissions. */
export interface PackedPermissions {
  /** `fea`: `o:invoices,u:teams,ou:reports`. */
  readonly features: unknown;
  /** `o.per`: `create,read`. */
  readonly names: unknown;
  /** `o.fpm`: one decimal bit mask for every organization feature. */
  readonly masks: unknown;
}

interface Unpacked extends PackedPermissions {
  readonly permissions: readonly string[];
}

/** The last lists unpacked, by their masks: people of one role have the same ones, so unpacking is rarely needed. */
const recent = new Map<unknown, Unpacked>();
const MOST_RECENT = 100;

/**
 * Unpacks them: the n-th organization feature goes with the n-th mask, and bit i of a mask, lowest first, grants the
 * i-th name. Masks are exact beyond 2^53; a malformed mask grants nothing. Frozen, because sessions share it.
 */
export function readOrganizationPermissions(packed: PackedPermissions): readonly string[] {
  const known = recent.get(packed.masks);
  if (known !== undefined && isOf(packed, known)) return known.permissions;
  const permissions = Object.freeze(unpack(packed));
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(packed.masks, { ...packed, permissions });
  return permissions;
}

function isOf(packed: PackedPermissions, { features, names }: Unpacked): boolean {
  return packed.features === features && packed.names === names;
}

function unpack(packed: PackedPermissions): readonly string[] {
  const names = readList(packed.names);
  const masks = readList(packed.masks);
  const features = readScopedList(packed.features)?.organization ?? [];
  return features.flatMap((feature, at) =>
    namesIn(masks[at], names).map((name) => `org:${feature}:${name}`),
  );
}

function namesIn(mask: string | undefined, names: readonly string[]): readonly string[] {
  if (mask === undefined || !/^\d+$/.test(mask)) return [];
  const bits = BigInt(mask);
  return names.filter((_name, at) => (bits & (1n << BigInt(at))) !== 0n);
}

function readList(value: unknown): readonly string[] {
  if (typeof value !== 'string' || value === '') return [];
  return value.split(',').map((item) => item.trim());
}
