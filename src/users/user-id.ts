const USER_ID = /^user_[A-Za-z0-9]{1,64}$/;

/** Callers in JavaScript pass anything; what cannot be an id must not become part of a path. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value);
}
