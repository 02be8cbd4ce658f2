/** A value at hand, or one to wait for. Most requests need nothing fetched, and then no promise is made for them. */
export type Eventually<Value> = Value | Promise<Value>;

/** Goes on with a value as soon as it is there: at once when it is at hand. */
export function eventually<Value, Next>(
  value: Eventually<Value>,
  next: (value: Value) => Eventually<Next>,
): Eventually<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
