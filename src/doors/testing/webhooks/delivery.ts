/** One attempt to tell an endpoint of an event, and what came of it. */
export interface Delivery {
  /** `msg_…`: of the event, and so the same at every endpoint and at every attempt. */
  readonly id: string;
  /** Of the event, such as `user.created`. */
  readonly type: string;
  /** Where it was sent. */
  readonly url: string;
  /** 1, and one more each time that it is sent again. */
  readonly attempt: number;
  /** When, in milliseconds since 1970, by the clock of this Clerk. */
  readonly at: number;
  /** As they were sent, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it was sent. */
  readonly body: string;
  /** Of the answer; `null` when there was none within 15 seconds. */
  readonly status: number | null;
  /** The body of the answer; empty when there was none. */
  readonly answer: string;
}
