import type { ClientRedis, ClientTCP } from '@nestjs/microservices';
import { ConfigurationError } from '../../errors/configuration-error.js';
import type { CallingClient } from './calling-client.js';
import { viewOf } from './view-of.js';
import { withoutAuthorization } from './without-authorization.js';

interface Packet {
  metadata?: unknown;
}

interface Hooked {
  readonly onDispatchHook?: (packet: Packet) => void;
}

/** TCP and Redis: Nest 12 lets a hook write the metadata of a packet, right before it goes out. */
export function overDispatchHook(
  client: ClientTCP | ClientRedis,
  authorization: string,
): CallingClient {
  if (typeof (client as Partial<ClientTCP>).setOnDispatchHook !== 'function') {
    throw new ConfigurationError([TOO_OLD], 'context_unsupported');
  }
  // A hook on the client itself would see the packets of all callers, in any order: it is there for this one alone.
  const onDispatchHook = (packet: Packet): void => {
    (client as unknown as Hooked).onDispatchHook?.(packet);
    packet.metadata = { ...withoutAuthorization(packet.metadata), authorization };
  };
  return viewOf(client, { onDispatchHook });
}

const TOO_OLD =
  'TCP and Redis have no place for a credential before Nest 12: asCaller() cannot send one. Update ' +
  '@nestjs/microservices, or use NATS, RabbitMQ, Kafka, MQTT 5 or gRPC.';
