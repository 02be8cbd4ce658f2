import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './repository.js';

/** TypeScript in a document, as a reader would copy it. */
interface CodeBlock {
  /** The line of the document in which the fence stands, from 1. */
  readonly line: number;
  /** The name in a first line such as `// app.module.ts`: other blocks of the document import it by that. */
  readonly file: string | undefined;
  readonly code: string;
}

/** Something written for people. */
export interface Document {
  /** Such as `docs/testing.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
}

/** Every document in the repository's own folder, and in `docs/` at any depth. */
export const DOCUMENTS: readonly Document[] = [...pathsIn('', false), ...pathsIn('docs', true)].map(
  readDocument,
);

function pathsIn(folder: string, recursive: boolean): string[] {
  return readdirSync(join(repository, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .sort();
}

export function readDocument(path: string): Document {
  return documentOf(path, readFileSync(join(repository, path), 'utf8'));
}

export function documentOf(path: string, text: string): Document {
  return { path, text, blocks: codeBlocksIn(text) };
}

/** What stands between a fence marked `ts` and the next fence. */
function codeBlocksIn(text: string): CodeBlock[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((found) => {
    const [, code = ''] = found;
    const file = /^\/\/ (?:after: )?(\S+\.ts)\n/.exec(code)?.[1];
    return { line: text.slice(0, found.index).split('\n').length, file, code };
  });
}
