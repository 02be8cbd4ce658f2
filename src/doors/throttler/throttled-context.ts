import type { ExecutionContext } from '@nestjs/common';

/** What throttler reads and writes. */
export interface RequestResponse {
  readonly req: Record<string, unknown>;
  readonly res: Record<string, unknown>;
}

/** Takes header fields, and has no use for them. */
const NO_RESPONSE: Record<string, unknown> = { header: () => undefined };

/** Whether there are an address and an answer: messages of sockets and brokers have neither. */
export function canBeThrottled(context: ExecutionContext): boolean {
  return ['http', 'graphql'].includes(context.getType<string>());
}

/** Request and response of a GraphQL operation, as Apollo and Mercurius put them into the context. */
export function graphqlRequestResponse(context: ExecutionContext): RequestResponse {
  const args = context.getArgs<unknown[]>();
  const graphql = (args.length === 3 ? args[1] : args[2]) as Readonly<Record<string, unknown>>;
  const reply = graphql.reply as Readonly<Record<string, unknown>> | undefined;
  const req = (graphql.req ?? graphql.request ?? reply?.request ?? {}) as RequestResponse['req'];
  // Over a socket the request is that of its opening, with its address, and there is nobody to tell header fields.
  const res = (graphql.res ?? reply ?? req.res ?? NO_RESPONSE) as RequestResponse['res'];
  return { req, res: typeof res.header === 'function' ? res : NO_RESPONSE };
}
