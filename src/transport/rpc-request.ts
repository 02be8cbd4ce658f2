import { authorizationIn, isAuthorization, valueOf } from './explicit-credentials.js';
import { isObject, type Fields } from './fields.js';
import type { IncomingRequest } from './incoming-request.js';

type Values = readonly string[];

/**
 * A message's metadata: its `authorization` values wherever the transport keeps them. The payload is never read.
 *
 * @returns `undefined` for a transport that has no place for metadata
 */
export function readRpcRequest(args: readonly unknown[]): IncomingRequest | undefined {
  const context = args[1];
  if (!isObject(context)) return undefined;
  const places = isGrpcMetadata(context)
    ? [grpcValues(context)]
    : PLACES.map((read) => read(context));
  const read = places.filter((values) => values !== undefined);
  if (read.length === 0) return undefined;
  return {
    carrier: context,
    lasting: false,
    socket: undefined,
    authorization: read.flat(),
    cookie: undefined,
    askedSessionIds: [],
    sender: undefined,
  };
}

/** A transport may have more than one of them: what stands in several places counts several times. */
const PLACES: readonly ((context: Fields) => Values | undefined)[] = [
  // TCP and Redis on Nest 12.
  (context) => entriesIn(called(context, 'getMetadata')),
  // NATS.
  (context) => headersIn(called(context, 'getHeaders')),
  // RabbitMQ and Kafka.
  (context) => messageValues(called(context, 'getMessage')),
  // MQTT 5.
  (context) => packetValues(called(context, 'getPacket')),
];

interface GrpcMetadata extends Fields {
  readonly get: (name: string) => unknown;
}

/** Whether the second argument of a handler is the `Metadata` of gRPC. */
export function isGrpcMetadata(value: unknown): value is GrpcMetadata {
  return isObject(value) && typeof value.getMap === 'function' && typeof value.get === 'function';
}

function grpcValues(metadata: GrpcMetadata): Values {
  const values = metadata.get('authorization');
  return Array.isArray(values) ? values.flatMap(textOf) : [];
}

/** `null` where the transport has such a place, and nothing is in it. */
function called(context: Fields, method: string): unknown {
  const read = context[method];
  return typeof read === 'function' ? ((read.call(context) as unknown) ?? null) : undefined;
}

function entriesIn(written: unknown): Values | undefined {
  return written === undefined ? undefined : authorizationIn(written, textOf);
}

/** Those of NATS are asked by name, and keep its case. */
function headersIn(headers: unknown): Values | undefined {
  if (!isObject(headers)) return headers === undefined ? undefined : [];
  const { keys, values } = headers;
  if (typeof keys !== 'function' || typeof values !== 'function') return entriesIn(headers);
  const names = keys.call(headers) as unknown;
  const written = Array.isArray(names) ? names.filter((name) => isAuthorization(String(name))) : [];
  return written.flatMap((name) => {
    const found = values.call(headers, name) as unknown;
    return Array.isArray(found) ? found.flatMap(textOf) : textOf(found);
  });
}

function messageValues(message: unknown): Values | undefined {
  if (!isObject(message)) return message === undefined ? undefined : [];
  const { properties, headers } = message;
  return entriesIn((isObject(properties) ? properties.headers : headers) ?? null);
}

function packetValues(packet: unknown): Values | undefined {
  if (!isObject(packet)) return packet === undefined ? undefined : [];
  const { properties } = packet;
  return entriesIn((isObject(properties) ? properties.userProperties : undefined) ?? null);
}

/** Kafka carries bytes. */
function textOf(value: unknown): Values {
  return valueOf(value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value);
}
