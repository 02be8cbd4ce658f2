import type { CustomDecorator } from '@nestjs/common';
import { plainRule, RouteRuleNote } from './route-rule.js';

/**
 * The guard does nothing at all on this handler or class: no parsing, no network, no session. For a route that
 * greets whoever is signed in, use `@OptionalSession()`.
 */
export function Public(): CustomDecorator {
  return RouteRuleNote(plainRule({ kind: 'public' }));
}
