/** What a request line may ask for, as it was sent; all that this package puts into URLs begins with one slash. */
export interface HttpTarget {
  readonly url?: unknown;
  readonly originalUrl?: unknown;
}

/**
 * One slash, and no second one: `//evil.example` and `/\evil.example` are other hosts to a browser. Printable ASCII only,
 * as browsers write URLs.
 */
const OWN_TARGET = /^\/(?![/\\])[!-~]*$/;

/** Path and query of the page as the browser asked for them; `undefined` for anything that could lead elsewhere. */
export function ownTargetOf({ originalUrl, url }: HttpTarget): string | undefined {
  const target = originalUrl ?? url;
  return typeof target === 'string' && OWN_TARGET.test(target) ? target : undefined;
}

export function pathOf(target: string): string {
  return target.slice(0, startOfQuery(target));
}

/** Where the query begins; the length of the target if there is none. */
export function startOfQuery(target: string): number {
  const at = target.search(/[?#]/);
  return at < 0 ? target.length : at;
}
