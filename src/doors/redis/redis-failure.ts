/**
 * Redis did not do what it was asked. It says in one word why, and has no `cause`: the errors of clients carry the
 * command, which may be AUTH, and addresses with passwords in them.
 */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';

  constructor(
    task: string,
    /** Redis's word (`READONLY`, `OOM`), Node's (`ECONNREFUSED`), the name of the client's error, or `TIMEOUT`. */
    readonly reason: string,
  ) {
    super(`Redis: ${task} failed (${reason}).`);
  }
}

const WORD = /^[A-Z][A-Z_]{2,30}(?= |$)/;

/** The word for what a client threw. */
export function reasonOf(error: unknown): string {
  if (error instanceof RedisFailure) return error.reason;
  if (!(error instanceof Error)) return 'UNKNOWN';
  const { code } = error as { readonly code?: unknown };
  const said = WORD.exec(error.message)?.[0];
  return said ?? (typeof code === 'string' ? code : error.constructor.name);
}
