/** A name, all names that begin in `<kind>.`, or all. */
export function isPattern(pattern: unknown): pattern is string {
  return typeof pattern === 'string' && /^(?:\*|[A-Za-z]\w*(?:\.\w+)*(?:\.\*)?)$/.test(pattern);
}

export function isMatch(name: string, pattern: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
