import { ConfigurationError } from '../errors/configuration-error.js';
import type { AcceptedTokens } from '../session/accepted-tokens.js';
import { organizationsIn } from '../policy/demand.js';
import { combineRequired } from '../policy/combine-required.js';
import type { RouteRule } from './route-rule.js';
import type { SessionPredicate } from './route-requirements.js';
import type { RuleWord, TokensWord, Word } from './word.js';

/**
 * What several words on one handler or class come to: the demands of `@RequireSession()` add up, repetitions are nothing
 * new, and everything else contradicts.
 *
 * @param where `Controller.handler` or `Controller`, for the message
 * @throws ConfigurationError `configuration_invalid`, naming both
 */
export function combineRules(words: readonly RuleWord[], where: string): RouteRule | undefined {
  const [first, ...others] = words;
  if (first === undefined) return undefined;
  for (const other of others) {
    if (!agree(first.route, other.route)) throw contradiction(first, other, where);
  }
  return others.length === 0
    ? first.route
    : sumOf(
        first.route,
        words.map(({ route }) => route),
      );
}

/**
 * The same for which kinds of tokens are accepted: nothing adds up there.
 *
 * @throws ConfigurationError `configuration_invalid`, naming both
 */
export function combineTokens(
  words: readonly TokensWord[],
  where: string,
): AcceptedTokens | undefined {
  const [first, ...others] = words;
  const other = others.find(({ accepted }) => String(accepted) !== String(first?.accepted));
  if (first !== undefined && other !== undefined) throw contradiction(first, other, where);
  return first?.accepted;
}

/** Two words of which one would have to be ignored. */
function contradiction(one: Word, other: Word, where: string): ConfigurationError {
  return new ConfigurationError([
    `${where} says both ${one.decorator} and ${other.decorator}, which contradict each other: leave one out.`,
  ]);
}

function agree({ rule: one }: RouteRule, { rule: other }: RouteRule): boolean {
  if (one.kind === 'optional' && other.kind === 'optional') return one.invalid === other.invalid;
  return one.kind === other.kind;
}

function sumOf(first: RouteRule, routes: readonly RouteRule[]): RouteRule {
  const required = routes.flatMap(({ rule }) => (rule.kind === 'required' ? [rule] : []));
  if (required.length === 0) return first;
  const rule = combineRequired(required);
  return {
    rule,
    live: routes.some(({ live }) => live),
    predicate: allOf([...new Set(routes.flatMap(({ predicate }) => predicate ?? []))]),
    organizationFrom: organizationsIn(rule.demands),
  };
}

/** Asked one after the other; the first that does not say plainly yes ends it. */
function allOf(predicates: readonly SessionPredicate[]): SessionPredicate | undefined {
  if (predicates.length < 2) return predicates[0];
  return async (session, context) => {
    for (const predicate of predicates) {
      const isMet: unknown = await predicate(session, context);
      if (isMet !== true) return false;
    }
    return true;
  };
}
