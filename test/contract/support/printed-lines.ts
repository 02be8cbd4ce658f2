import { ChildApp, type Course } from './child-app.js';

/** Of what a sample printed, the lines to paste: they are indented by two blanks. */
export function linesToPaste({ stdout }: Course): string[] {
  return [...stdout.matchAll(/^ {2}(\S.*)$/gm)].map(([, line = '']) => line);
}

/** Pastes the lines into one shell; what each of them printed. */
export async function paste(lines: readonly string[]): Promise<string[]> {
  const mark = '\u0001';
  const script = lines.flatMap((line) => [line, `printf '${mark}'`]).join('\n');
  const shell = new ChildApp(script, {});
  try {
    const { stdout } = await shell.end();
    return stdout.split(mark).slice(0, -1);
  } finally {
    await shell.stop();
  }
}
