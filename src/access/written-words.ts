import type { ExecutionContext, Type } from '@nestjs/common';
import { ConfigurationError } from '../errors/configuration-error.js';
import { SESSIONS_ONLY, type AcceptedTokens } from '../session/accepted-tokens.js';
import { authGuardsOn } from './auth-guard-mark.js';
import { combineRules, combineTokens } from './combine-words.js';
import { ownNamedWords, ownWords } from './own-words.js';
import type { RouteRule } from './route-rule.js';
import { RULE_WORDS, TOKENS_WORDS, type Word, type WordKey } from './word.js';

export type Handler = ReturnType<ExecutionContext['getHandler']>;

/** All that is written about a route, on its handler and its class. */
export interface WrittenWords {
  /** The handler's word, else the class's; `undefined` where nothing is said, and a guard asks for a session. */
  readonly route: RouteRule | undefined;
  /** The handler's word, else the class's, else sessions only. */
  readonly accepted: AcceptedTokens;
  /** The decorator that brings the guard along, such as `@RequireSession()`; `undefined` where none does. */
  readonly promisedBy: string | undefined;
}

const ALL_WORDS: readonly WordKey<Word>[] = [RULE_WORDS, TOKENS_WORDS];

interface Said {
  readonly words: readonly Word[];
  readonly route: RouteRule | undefined;
}

/**
 * Reads the words on a route. A handler that brings the guard itself asks for a session, however open its class is; so
 * does a class that brings it, however open its base class is.
 *
 * @throws ConfigurationError `configuration_invalid` for words that contradict each other, and for a function that is no
 * handler of the class, so that nobody can tell which words are meant
 */
export function writtenWords(handler: Handler, controller: Type): WrittenWords {
  const names = namesOf(handler, controller);
  const where = `${controller.name}.${String(names[0] ?? handler.name)}`;
  const rules = handlerWords(RULE_WORDS, handler, controller, names);
  const tokens = handlerWords(TOKENS_WORDS, handler, controller, names);
  const ownRoute = combineRules(rules, where);
  const ownTokens = combineTokens(tokens, where);
  const bringsGuard = tokens.length > 0 || authGuardsOn(handler) > 0;
  const said =
    ownRoute === undefined
      ? classRoute(controller, bringsGuard)
      : { words: rules, route: ownRoute };
  const classTokens = nearest(TOKENS_WORDS, controller);
  return {
    route: said.route,
    accepted: ownTokens ?? combineTokens(classTokens, controller.name) ?? SESSIONS_ONLY,
    promisedBy: promiseOf(said, tokens.length > 0 ? tokens : classTokens),
  };
}

/**
 * The same for a class alone, whatever its handlers say.
 *
 * @throws ConfigurationError `configuration_invalid`, for words that contradict each other
 */
export function writtenOnClass(controller: Type): WrittenWords {
  const said = classRoute(controller, false);
  const tokens = nearest(TOKENS_WORDS, controller);
  return {
    route: said.route,
    accepted: combineTokens(tokens, controller.name) ?? SESSIONS_ONLY,
    promisedBy: promiseOf(said, tokens),
  };
}

/** What a method by itself promises, whatever its class says: `@RequireSession()`, or `undefined`. */
export function promiseOnHandler(handler: Handler, controller: Type): string | undefined {
  const names = namesOf(handler, controller);
  const rules = handlerWords(RULE_WORDS, handler, controller, names);
  const tokens = handlerWords(TOKENS_WORDS, handler, controller, names);
  return promiseOf({ words: rules, route: rules[0]?.route }, tokens);
}

/** What a class promises for all its methods. */
export function promiseOnClass(controller: Type): string | undefined {
  return writtenOnClass(controller).promisedBy;
}

/** A public route promises nothing, whatever its class accepts. */
function promiseOf({ words, route }: Said, tokens: readonly Word[]): string | undefined {
  if (route?.rule.kind === 'public') return undefined;
  const [word] = route === undefined ? tokens : words;
  return word?.decorator.replace(/\(.*$/s, '()');
}

function classRoute(controller: Type, handlerBringsGuard: boolean): Said {
  let bringsGuard = handlerBringsGuard;
  for (const level of lineage(controller)) {
    const words = ownWords(RULE_WORDS, level);
    const route = combineRules(words, level.name);
    if (route !== undefined) {
      return bringsGuard && route.rule.kind !== 'required'
        ? { words: [], route: undefined }
        : { words, route };
    }
    bringsGuard ||= authGuardsOn(level) > authGuardsOn(Object.getPrototypeOf(level) as object);
  }
  return { words: [], route: undefined };
}

function nearest<Written extends Word>(
  key: WordKey<Written>,
  controller: Type,
): readonly Written[] {
  for (const level of lineage(controller)) {
    const words = ownWords(key, level);
    if (words.length > 0) return words;
  }
  return [];
}

/** Of the function and of its names: whatever replaces the one leaves the other. */
function handlerWords<Written extends Word>(
  key: WordKey<Written>,
  handler: Handler,
  controller: Type,
  names: readonly (string | symbol)[],
): readonly Written[] {
  const named = names.flatMap((name) => namedWords(key, controller, name));
  return [...new Set([...named, ...ownWords(key, handler)])];
}

/** An override is another handler: what its base class says of that name is not about it. */
function namedWords<Written extends Word>(
  key: WordKey<Written>,
  controller: Type,
  name: string | symbol,
): readonly Written[] {
  const found: Written[] = [];
  for (const level of lineage(controller)) {
    found.push(...ownNamedWords(key, level, name));
    const method = methodOf(level, name);
    if (method === undefined) continue;
    // The method may carry words that a bound copy of it, which Nest calls instead, does not.
    return [...found, ...ownWords(key, method)];
  }
  return found;
}

/** The names under which a controller has this function; for a bound copy of a method, the method's. */
function namesOf(handler: Handler, controller: Type): readonly (string | symbol)[] {
  const names = methodNames(controller);
  const own = [...names].filter((name) => effectiveMethod(controller, name) === handler);
  if (own.length > 0) return own;
  const bound = handler.name.replace(/^(?:bound )+/, '');
  if (bound !== '' && names.has(bound)) return [bound];
  const isDecorated = ALL_WORDS.some((key) => ownWords(key, handler).length > 0);
  if (isDecorated || isSilent(controller, names)) return [];
  throw new ConfigurationError([
    `${controller.name} runs a function "${handler.name}" that is none of its methods, so nobody can tell which of its ` +
      'decorators are meant: do not replace handlers on the instance.',
  ]);
}

function isSilent(controller: Type, names: ReadonlySet<string | symbol>): boolean {
  return [...names].every((name) =>
    ALL_WORDS.every((key) => namedWords(key, controller, name).length === 0),
  );
}

function methodNames(controller: Type): ReadonlySet<string | symbol> {
  const names = lineage(controller).flatMap((level) => Reflect.ownKeys(prototypeOf(level)));
  return new Set(names.filter((name) => name !== 'constructor'));
}

function effectiveMethod(controller: Type, name: string | symbol): Handler | undefined {
  for (const level of lineage(controller)) {
    const method = methodOf(level, name);
    if (method !== undefined) return method;
  }
  return undefined;
}

/** Never through a getter, which would run code of the application. */
function methodOf(level: Type, name: string | symbol): Handler | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(prototypeOf(level), name)?.value;
  return typeof value === 'function' ? value : undefined;
}

function prototypeOf({ prototype }: Type): object {
  return (prototype ?? {}) as object;
}

/** The class and those it extends, the nearest first. */
function lineage(controller: Type): readonly Type[] {
  const levels: Type[] = [];
  let level: unknown = controller;
  while (typeof level === 'function' && level !== Function.prototype) {
    levels.push(level as Type);
    level = Object.getPrototypeOf(level);
  }
  return levels;
}
