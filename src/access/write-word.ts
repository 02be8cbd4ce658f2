import { ConfigurationError } from '../errors/configuration-error.js';
import { combineRules, combineTokens } from './combine-words.js';
import { ownNamedWords, ownWords } from './own-words.js';
import {
  RULE_WORDS,
  TOKENS_WORDS,
  type RuleWord,
  type TokensWord,
  type Word,
  type WordKey,
} from './word.js';

type Check<Written extends Word> = (words: readonly Written[], where: string) => unknown;

/**
 * Notes what a handler or class demands.
 *
 * @throws ConfigurationError `configuration_invalid`, when the file loads, for a word that contradicts one beside it
 */
export function writeRule(word: RuleWord): ClassDecorator & MethodDecorator {
  return writeWord(RULE_WORDS, word, combineRules);
}

/**
 * Notes which kinds of tokens a handler or class accepts.
 *
 * @throws ConfigurationError `configuration_invalid`, when the file loads, for a word that contradicts one beside it
 */
export function writeTokens(word: TokensWord): ClassDecorator & MethodDecorator {
  return writeWord(TOKENS_WORDS, word, combineTokens);
}

/**
 * Adds a word to those that are there, so that none replaces another. A handler's is noted twice, on its function and on
 * its class by its name: a decorator of somebody else may replace the function, but not the name.
 */
function writeWord<Written extends Word>(
  key: WordKey<Written>,
  word: Written,
  check: Check<Written>,
): ClassDecorator & MethodDecorator {
  return (target: object, name?: string | symbol, descriptor?: { readonly value?: unknown }) => {
    if (name === undefined) {
      const words = [...ownWords(key, target), word];
      check(words, nameOf(target));
      Reflect.defineMetadata(key, words, target);
      return;
    }
    const where = `${nameOf(typeof target === 'function' ? target : target.constructor)}.${String(name)}`;
    const handler = descriptor?.value;
    if (typeof handler !== 'function') {
      throw new ConfigurationError([
        `${where} is no method: ${word.decorator} can stand on a method or class only.`,
      ]);
    }
    const named = [...ownNamedWords(key, target.constructor, name), word];
    const words = [...ownWords(key, handler), word];
    check([...new Set([...named, ...words])], where);
    Reflect.defineMetadata(key, words, handler);
    Reflect.defineMetadata(key, named, target.constructor, name);
  };
}

function nameOf(target: object): string {
  return typeof target === 'function' ? target.name : target.constructor.name;
}
