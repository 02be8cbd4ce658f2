/** What stands behind one of these is an id, whatever it looks like. */
const BEFORE_AN_ID: ReadonlySet<string> = new Set(['sessions', 'users']);

/** What paths of the Backend API are made of besides ids. */
const WORD = /^[a-z_]*$/;

/**
 * A path as it is the same for everybody, for metrics: `{id}` in the place of every id, and nothing of the query. What is no
 * plain word counts as an id.
 */
export function routeOf(path: string): string {
  const [place = ''] = path.split('?');
  const segments = place.split('/');
  return segments
    .map((segment, at) => {
      const isId = BEFORE_AN_ID.has(segments[at - 1] ?? '') || !WORD.test(segment);
      return isId ? '{id}' : segment;
    })
    .join('/');
}
