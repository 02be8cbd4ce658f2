import type { AcceptedTokens } from '../session/accepted-tokens.js';
import type { RouteRule } from './route-rule.js';

/** One access decorator on a handler or class. */
export interface Word {
  /** As it was written, for messages: `@OptionalSession({ invalid: 'reject' })`. */
  readonly decorator: string;
}

/** `@RequireSession()`, `@OptionalSession()` or `@Public()`. */
export interface RuleWord extends Word {
  readonly route: RouteRule;
}

/** `@AcceptTokens()`. */
export interface TokensWord extends Word {
  readonly accepted: AcceptedTokens;
}

/** Where words of one sort are noted. */
export type WordKey<Written extends Word> = string & { readonly writes?: Written };

// Fixed, so that two copies of this package agree.
export const RULE_WORDS = 'nestjs-clerk-auth:access-rule' as WordKey<RuleWord>;
export const TOKENS_WORDS = 'nestjs-clerk-auth:accepted-tokens' as WordKey<TokensWord>;
