import { Channel } from '../diagnostics/channel.js';
import { CHANNELS } from '../diagnostics/channels.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import { eventually, type Eventually } from '../verification/eventually.js';
import type { Authentication } from './authentication.js';

/**
 * What is told on the channel `nestjs-clerk-auth:authentication`: somebody looked at a request, and this is who sent it.
 * Told before the handler runs, in the request's own async context.
 */
export interface AuthenticationDiagnostic {
  /**
   * The platform's own object, headers with their credentials and all: the request of Express or Fastify (of Node, where
   * a Fastify middleware looks), the request that opens a gateway's connection, the context of a message, or of a GraphQL
   * operation over a socket. `sessionOf()` takes it.
   */
  readonly request: object;
  /** What came of it. */
  readonly authentication: Authentication;
  /** From the reading of the credential to the outcome, with all calls to Clerk in between. */
  readonly milliseconds: number;
}

/** The channel on which each look at a request is told. */
export const LOOKS = new Channel<AuthenticationDiagnostic>(CHANNELS.authentication);

/**
 * Looks, and tells of it.
 *
 * @param before what an earlier look found out: an outcome that is none other than that is not told again
 */
export function tellLook(
  { origin, carrier }: IncomingRequest,
  before: Eventually<Authentication> | undefined,
  look: () => Eventually<Authentication>,
): Eventually<Authentication> {
  const begun = performance.now();
  return eventually(look(), (authentication) => {
    const tell = (known: Authentication | undefined): Authentication => {
      if (known !== authentication) {
        const milliseconds = performance.now() - begun;
        LOOKS.publish({ request: origin ?? carrier, authentication, milliseconds });
      }
      return authentication;
    };
    return before === undefined ? tell(undefined) : eventually(before, tell);
  });
}
