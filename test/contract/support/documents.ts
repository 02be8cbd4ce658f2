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

/** Every document in the repository's own folder and in `docs/`. */
export const DOCUMENTS: readonly Document[] = ['', 'docs'].flatMap((folder) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => readDocument(join(folder, name))),
);

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
    const file = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1];
    return { line: text.slice(0, found.index).split('\n').length, file, code };
  });
}
