/** What an application keeps with a user, whatever it is. */
export type Metadata = Readonly<Record<string, unknown>>;

/** What Clerk calls a member, with whatever stands there. */
export type Members = Readonly<Record<string, unknown>>;

/** An empty text says as little as none. */
export function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Milliseconds since the epoch. */
export function timeIn(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function membersIn(value: unknown): Members | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Members;
}

/** A copy, so that freezing it freezes nothing of anybody else's. */
export function metadataIn(value: unknown): Metadata {
  return structuredClone(membersIn(value) ?? {});
}

/** Those of a list that are what they should be. */
export function listIn<Item>(
  value: unknown,
  read: (members: Members) => Item | undefined,
): readonly Item[] {
  const all: unknown[] = Array.isArray(value) ? value : [];
  return all.flatMap((item) => {
    const found = read(membersIn(item) ?? {});
    return found === undefined ? [] : [found];
  });
}
