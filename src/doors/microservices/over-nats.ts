import { NatsRecord, type ClientNats } from '@nestjs/microservices';
import { isAuthorization } from '../../transport/explicit-credentials.js';
import type { CallingClient } from './calling-client.js';
import { viewOf } from './view-of.js';
import { withoutAuthorization } from './without-authorization.js';

/** As both packages of NATS have it. */
interface MessageHeaders {
  keys(): readonly string[];
  values(name: string): readonly string[];
  append(name: string, value: string): void;
}

/**
 * Only NATS's own package can make headers, and which one that is depends on the version of Nest: so Nest makes them,
 * from the headers that a client's options may name for all its messages.
 */
export function overNats(client: ClientNats, authorization: string): CallingClient {
  const { options } = client as unknown as { readonly options?: { readonly headers?: unknown } };
  const headers = { ...withoutAuthorization(options?.headers), authorization };
  const view = viewOf(client, { options: { ...options, headers } });
  return {
    send: (pattern, data) => view.send(pattern, copied(data)),
    emit: (pattern, data) => view.emit(pattern, copied(data)),
  };
}

/** Nest writes into the headers of a record: one that the application sends again would bear the caller's token. */
function copied(data: unknown): unknown {
  if (!(data instanceof NatsRecord) || typeof data.headers !== 'object' || data.headers === null) {
    return data;
  }
  const written = data.headers as MessageHeaders;
  const headers = new (written.constructor as new () => MessageHeaders)();
  for (const name of written.keys().filter((key) => !isAuthorization(key))) {
    for (const value of written.values(name)) headers.append(name, value);
  }
  return new NatsRecord(data.data, headers);
}
