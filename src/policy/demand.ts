import type { Reverification } from '../session/requirements.js';

/** Where a request names the organization it is about. */
export type OrganizationPlace = 'param' | 'slug' | 'query' | 'header';

/** One thing that a route demands of a session, as decided upon. */
export type Demand =
  /** An active organization; the one that the request names in this place, if there is one. */
  | { readonly kind: 'organization'; readonly from?: OrganizationSource }
  /** One of these, in the words of `session.has()`. */
  | {
      readonly kind: 'role' | 'permission' | 'feature' | 'plan';
      readonly anyOf: readonly string[];
    }
  /** One of these scopes, which only machines have. */
  | { readonly kind: 'scope'; readonly anyOf: readonly string[] }
  /** Nobody acting in the user's name. */
  | { readonly kind: 'no_actor' }
  /** A recent proof of who the user is. */
  | { readonly kind: 'reverification'; readonly level: Reverification };

/** A place and the name that is read there. */
export interface OrganizationSource {
  /** Parameter of the route (its id or its slug), of the query, or header. */
  readonly place: OrganizationPlace;
  /** Of the parameter or header. */
  readonly name: string;
}

/** Every place where these demands look for an organization. */
export function organizationsIn(demands: readonly Demand[]): readonly OrganizationSource[] {
  return demands.flatMap((demand) =>
    demand.kind === 'organization' && demand.from !== undefined ? [demand.from] : [],
  );
}
