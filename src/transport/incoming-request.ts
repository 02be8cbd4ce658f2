/** What a question that reaches us says about its caller, whatever carried it. */
export interface IncomingRequest {
  /** The object that lives as long as the question does; Node's own request for HTTP. */
  readonly carrier: object;
  /** What the platform handed over, where that is another object than the carrier: Fastify wraps Node's request. */
  readonly origin?: object | undefined;
  /** Whether the carrier is a connection, let in once for many messages: those bear no credential of their own. */
  readonly lasting: boolean;
  /** What lives as long as one message of such a connection does; there is none elsewhere. */
  readonly message?: object;
  /** The connection that this operation shares with others; `undefined` for a question that came by itself. */
  readonly socket: object | undefined;
  /** Every `Authorization` value, in order. */
  readonly authorization: readonly string[];
  /** The `Cookie` header as sent. */
  readonly cookie: string | undefined;
  /** Every `_clerk_session_id` in the query; forms that frameworks read as lists or objects count too. */
  readonly askedSessionIds: readonly string[];
  /** Where the request comes from; asked only where it bears a cookie. */
  readonly sender: Sender | undefined;
}

/** What a request says about the page that sent it. */
export interface Sender {
  /** `undefined` where nobody says. */
  readonly method: string | undefined;
  /** Whether it opens a connection, behind which anything may be asked. */
  readonly opensConnection: boolean;
  /** The value of a header, its name in lower case; repeated ones are joined with a comma. */
  readonly header: (name: string) => string | undefined;
}
