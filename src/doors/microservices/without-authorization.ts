import { isAuthorization } from '../../transport/explicit-credentials.js';

type Fields = Readonly<Record<string, unknown>>;

/** A copy of somebody's headers without a credential of their own: two of them would prove nobody. */
export function withoutAuthorization(fields: unknown): Fields {
  if (typeof fields !== 'object' || fields === null) return {};
  const kept = Object.entries(fields).filter(([name]) => !isAuthorization(name));
  return Object.fromEntries(kept);
}
