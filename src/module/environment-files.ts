import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '../config/clerk-environment.js';
import { decodeEnvText } from '../config/decode-env-text.js';
import { ConfigurationError } from '../errors/configuration-error.js';

/** Bytes; variables of a hundred applications take less. */
const LONGEST_FILE = 1_000_000;

const CURE =
  "correct or remove it, or leave it out with the option envFiles: false (or ['other.env']).";

/**
 * What the files say, in the order given. Names are relative to the working directory. A file that is not there is
 * empty, and so is all that is no regular file: a folder of that name, or a pipe, which would be waited for.
 *
 * @throws ConfigurationError naming every file that cannot be read, and never what is in it
 */
export function readEnvironmentFiles(names: readonly string[]): readonly Environment[] {
  const problems: string[] = [];
  const environments = names.map((name) => {
    const problem = (what: string): Environment => {
      problems.push(`The environment file ${resolve(name)} ${what}: ${CURE}`);
      return {};
    };
    return readEnvironmentFile(resolve(name), problem);
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return environments;
}

/** Node's reader stops at a line that begins with `=`, and takes a line without one for part of the next name. */
function variablesIn(text: string): Environment {
  const variables = Object.entries(parseEnv(text.replaceAll(/^[ \t]*=.*$/gm, '')));
  return Object.fromEntries(
    variables.map(([name, value]) => [
      name
        .slice(name.lastIndexOf('\n') + 1)
        .replace(/^\s*export\s+/, '')
        .trim(),
      value,
    ]),
  );
}

function readEnvironmentFile(path: string, problem: (what: string) => Environment): Environment {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true) return {};
    if (found.size > LONGEST_FILE) return problem('is larger than 1 MB');
    const text = decodeEnvText(readFileSync(path));
    return text === undefined ? problem('is no text') : variablesIn(text);
  } catch (reason) {
    const { code = 'unknown error' } = reason as NodeJS.ErrnoException;
    // Gone since it was looked for, or below something that is no folder.
    return code === 'ENOENT' || code === 'ENOTDIR' ? {} : problem(`cannot be read (${code})`);
  }
}
