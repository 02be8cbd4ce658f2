import { plainRule } from './route-rule.js';
import { writeRule } from './write-word.js';

/**
 * The guard does nothing at all on this handler or class: no parsing, no network, no session. For a route that
 * greets whoever is signed in, use `@OptionalSession()`. On a class it speaks for those handlers alone that neither say
 * something else nor bring the guard themselves.
 *
 * @throws ConfigurationError `configuration_invalid`, when the file loads, beside another word that contradicts it
 */
export function Public(): ClassDecorator & MethodDecorator {
  return writeRule({ decorator: '@Public()', route: plainRule({ kind: 'public' }) });
}
