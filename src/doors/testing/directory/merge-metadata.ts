import type { Metadata } from './users.js';

/** Merges at every depth, as Clerk does; `null` takes a member away. */
export function mergeMetadata(known: Metadata, change: Metadata): Metadata {
  const merged = Object.entries(change).map(([name, value]): [string, unknown] => {
    const before = known[name];
    return [name, isObject(value) ? mergeMetadata(isObject(before) ? before : {}, value) : value];
  });
  const all = [...Object.entries(known), ...merged];
  return Object.fromEntries(new Map(all.filter(([name]) => change[name] !== null)));
}

function isObject(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
