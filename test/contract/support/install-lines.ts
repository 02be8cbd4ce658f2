import { readDocument } from './documents.js';

/** What the README tells a user of each major of Nest to install, without `npm install`: `12` to its words. */
export function installLines(): ReadonlyMap<string, readonly string[]> {
  const { text } = readDocument('README.md');
  const lines = text.matchAll(/^# Nest (\d+)\nnpm install (.+)$/gm);
  return new Map([...lines].map(([, major = '', words = '']) => [major, words.split(' ')]));
}
