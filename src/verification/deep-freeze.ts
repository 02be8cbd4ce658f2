/** Makes a value and all that it holds unchangeable: what several requests share, none of them can change. */
export function deepFreeze<Value>(value: Value): Value {
  if (!isObject(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  // On the way of every new token: a loop over names is quicker than a list of values.
  for (const name in value) {
    if (isObject(value[name])) deepFreeze(value[name]);
  }
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
