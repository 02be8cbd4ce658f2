/** The files that are read where the option `envFiles` says nothing; the later one wins. */
export const ENV_FILES: readonly string[] = ['.env', '.env.local'];

/** The files that the option `envFiles` names, or `undefined` when it is neither `false` nor a list of names. */
export function readEnvFiles(written: unknown): readonly string[] | undefined {
  if (written === undefined) return ENV_FILES;
  if (written === false) return [];
  if (!Array.isArray(written)) return undefined;
  return written.every(isFileName) ? [...written] : undefined;
}

/** No file system knows a name with a NUL in it. */
function isFileName(name: unknown): name is string {
  return typeof name === 'string' && name.trim() !== '' && !name.includes('\0');
}
