/** Makes a value and all that it holds unchangeable: what several requests share, none of them can change. */
export function deepFreeze<Value>(value: Value): Value {
  // Texts, numbers and the like count as frozen, too.
  if (Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value as object)) deepFreeze(part);
  return value;
}
