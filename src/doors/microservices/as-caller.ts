import {
  ClientKafka,
  ClientMqtt,
  ClientNats,
  ClientRedis,
  ClientRMQ,
  ClientTCP,
} from '@nestjs/microservices';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { bearerOf } from './bearer-of.js';
import type { CallingClient } from './calling-client.js';
import { overDispatchHook } from './over-dispatch-hook.js';
import { overNats } from './over-nats.js';
import { withKafkaHeader, withRmqHeader, withUserProperty } from './with-credential.js';

/**
 * Sends in the name of a caller: what goes through the client that this returns bears their token in its metadata,
 * where the guard of the other side reads it, and never in its payload. The client itself stays as it is, and may serve
 * many callers at once.
 *
 * TCP and Redis of Nest 12; NATS, RabbitMQ, Kafka and MQTT 5. With gRPC, set `authorization` in its `Metadata`.
 *
 * @example
 * ```ts
 * asCaller(this.client, token).send('orders.list', { page: 1 });   // a session token, or an M2M token between services
 * ```
 * @param token without "Bearer"
 * @throws ConfigurationError for what is no token, and for a client that has no place for one
 */
export function asCaller(client: CallingClient, token: string): CallingClient {
  const authorization = bearerOf(token);
  if (client instanceof ClientTCP || client instanceof ClientRedis) {
    return overDispatchHook(client, authorization);
  }
  if (client instanceof ClientNats) return overNats(client, authorization);
  if (client instanceof ClientRMQ) return mapped(client, withRmqHeader(authorization));
  if (client instanceof ClientKafka) return mapped(client, withKafkaHeader(authorization));
  if (client instanceof ClientMqtt) {
    requireMqtt5(client);
    return mapped(client, withUserProperty(authorization));
  }
  throw new ConfigurationError([NO_PLACE], 'context_unsupported');
}

const NO_PLACE =
  'asCaller() knows no place for a credential in this client. Give it one that ClientProxyFactory or ClientsModule ' +
  'made for TCP, Redis, NATS, RabbitMQ, Kafka or MQTT 5; with gRPC, set "authorization" in the Metadata of the call.';

/** Nothing is sent where there is no payload: Nest says so itself. */
function mapped(client: CallingClient, withCredential: (data: unknown) => unknown): CallingClient {
  const put = (data: unknown): unknown => (data == null ? data : withCredential(data));
  return {
    send: (pattern, data) => client.send(pattern, put(data)),
    emit: (pattern, data) => client.emit(pattern, put(data)),
  };
}

/** Before version 5, MQTT drops user properties without a word. */
function requireMqtt5(client: ClientMqtt): void {
  const { options } = client as unknown as { readonly options?: { protocolVersion?: unknown } };
  if (options?.protocolVersion === 5) return;
  const problem =
    'asCaller() needs MQTT 5: set protocolVersion: 5 in the options of the client and of the server.';
  throw new ConfigurationError([problem], 'context_unsupported');
}
