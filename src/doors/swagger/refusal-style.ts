import type { ErrorBody } from '../../access/refusal.js';
import type { JsonBody } from './refusal-bodies.js';

/** How an application refuses, as far as a document tells. */
export interface RefusalStyle {
  /** The body of 401 and 503; `none` as well where two Clerk instances differ. */
  readonly body: ErrorBody;
  /** The body of 403, which always has one. */
  readonly deniedBody: JsonBody;
  /** Whether cookies that another site's page may have sent are refused. */
  readonly refusesCrossSite: boolean;
}

/** What the settings of the Clerk instances of one application come to. */
export function styleOf(
  bodies: readonly ErrorBody[],
  crossSite: readonly ('refuse' | 'allow')[],
): RefusalStyle {
  const [first = 'none', ...others] = bodies;
  const body = others.every((other) => other === first) ? first : 'none';
  return {
    body,
    deniedBody: body === 'none' ? 'problem' : body,
    refusesCrossSite: crossSite.includes('refuse'),
  };
}
