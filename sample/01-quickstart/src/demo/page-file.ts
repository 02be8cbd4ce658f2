import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

const FOLDER = join(import.meta.dirname, '../../public');
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Only what the folder lists is there, whatever the name looks like. Read anew each time: edit, reload, see. */
export function pageFile(name: string): PageFile | undefined {
  const type = TYPES[extname(name)];
  if (type === undefined || !readdirSync(FOLDER).includes(name)) return undefined;
  return { type, content: readFileSync(join(FOLDER, name)) };
}
