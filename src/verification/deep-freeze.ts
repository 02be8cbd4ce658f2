/** Makes a value and all that it holds unchangeable: what several requests share, none of them can change. */
export function deepFreeze<Value>(value: Value): Value {
  if (!isUnfrozenObject(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) {
    if (isUnfrozenObject(part)) deepFreeze(part);
  }
  return value;
}

function isUnfrozenObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Object.isFrozen(value);
}
