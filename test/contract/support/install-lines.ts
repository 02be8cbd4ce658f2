import { readDocument } from './documents.js';

/** What a document tells a user of each major of Nest to install, without `npm install`: `12` to its words. */
export function installLines(document = 'README.md'): ReadonlyMap<string, readonly string[]> {
  const { text } = readDocument(document);
  const lines = text.matchAll(/^ *# Nest (\d+)\n *npm install (.+)$/gm);
  return new Map([...lines].map(([, major = '', words = '']) => [major, words.split(' ')]));
}
