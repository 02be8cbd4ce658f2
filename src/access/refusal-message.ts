import type { Refusal } from './refusal.js';

/** A refusal where no status line can say it: as Nest's own filters for messages put it, and the code. */
export interface RefusalMessage {
  /** As Nest puts it: always `error`. */
  readonly status: 'error';
  /** The status that HTTP would have. */
  readonly statusCode: number;
  /** The stable reason, for programs. */
  readonly code: string;
  /** The same in words, for people. */
  readonly message: string;
}

export function messageOf(refusal: Refusal): RefusalMessage {
  const { message, code } = refusal;
  return { status: 'error', statusCode: refusal.getStatus(), code, message, ...refusal.details() };
}
