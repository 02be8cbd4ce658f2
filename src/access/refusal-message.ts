import type { Refusal } from './refusal.js';

/** A refusal where no status line can say it: as Nest's own filters for messages put it, and the code. */
export interface RefusalMessage {
  readonly status: 'error';
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
}

export function messageOf(refusal: Refusal): RefusalMessage {
  const { message, code } = refusal;
  return { status: 'error', statusCode: refusal.getStatus(), code, message, ...refusal.details() };
}
