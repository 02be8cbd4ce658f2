/** What a handler is told beside the event. */
export interface Delivery {
  /** `msg_…`: the same for every attempt, replay and endpoint. */
  readonly id: string;
  /** When this attempt was made, in milliseconds since the epoch; a retry is made later than the event. */
  readonly attemptedAt: number;
  /** When it happened, in milliseconds since the epoch. Events come in no order: let the database compare. */
  readonly occurredAt: number;
  /** Aborts after `timeout`: Clerk is told to come again, and the handler may go on. */
  readonly signal: AbortSignal;
}
