/** What a question that reaches us says about its caller, whatever carried it. */
export interface IncomingRequest {
  /** The object that lives as long as the request does; Node's own request for HTTP. */
  readonly carrier: object;
  /** Every `Authorization` value, in order. */
  readonly authorization: readonly string[];
  /** The `Cookie` header as sent. */
  readonly cookie: string | undefined;
  /** Every `_clerk_session_id` in the query; forms that frameworks read as lists or objects count too. */
  readonly askedSessionIds: readonly string[];
}
