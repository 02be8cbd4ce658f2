import type { Word, WordKey } from './word.js';

/** The words that were written on this very function or class, and on no base class. */
export function ownWords<Written extends Word>(
  key: WordKey<Written>,
  target: object,
): readonly Written[] {
  return (Reflect.getOwnMetadata(key, target) as readonly Written[] | undefined) ?? [];
}

/** The words on a handler of this very class, found by the handler's name. */
export function ownNamedWords<Written extends Word>(
  key: WordKey<Written>,
  declaring: object,
  name: string | symbol,
): readonly Written[] {
  return (Reflect.getOwnMetadata(key, declaring, name) as readonly Written[] | undefined) ?? [];
}
