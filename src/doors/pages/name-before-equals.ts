/** The name in a pair such as `name=value`: all of it where there is no equals sign. */
export function nameBeforeEquals(pair: string): string {
  return pair.slice(0, `${pair}=`.indexOf('='));
}
