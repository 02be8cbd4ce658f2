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
  /** Where the request comes from; `undefined` where it bears no cookie. */
  readonly sender: Sender | undefined;
}

/** What a request says about the page that sent it. */
export interface Sender {
  /** `undefined` where nobody says. */
  readonly method: string | undefined;
  /** The value of a header, its name in lower case; repeated ones are joined with a comma. */
  readonly header: (name: string) => string | undefined;
}
