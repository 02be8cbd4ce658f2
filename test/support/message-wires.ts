import { join } from 'node:path';
import {
  credentials,
  loadPackageDefinition,
  Metadata,
  type Client,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ClientProxy } from '@nestjs/microservices';
import { asCaller } from 'nestjs-clerk-auth/microservices';
import { lastValueFrom, timeout } from 'rxjs';
import { MESSAGES } from '../../src/errors/messages.js';
import type { Refused } from './message-callers.js';
import type { Door } from './message-doors.js';

/** How doors are asked over one transport. */
export interface MessageWire {
  ask(door: Door, token: string | undefined): Promise<unknown>;
  /** What a refusal rejects with. */
  refusal(refused: Refused): object;
  close(): unknown;
}

/** Below Jest's own limit: who hears nothing fails, rather than to wait for ever. */
const PATIENCE = 10_000;

/** As the object that Nest's own filters make, and the code. */
export function messageRefusal({ status, code }: Refused): object {
  return { status: 'error', statusCode: status, code, message: MESSAGES[code] };
}

export async function send(client: Pick<ClientProxy, 'send'>, door: Door, data: unknown = {}) {
  return lastValueFrom(client.send<unknown>(door, data).pipe(timeout(PATIENCE)));
}

/** Over whatever `ClientProxy` speaks. */
export function proxyWire(client: ClientProxy): MessageWire {
  return {
    ask: (door, token) => send(token === undefined ? client : asCaller(client, token), door),
    refusal: messageRefusal,
    close: () => client.close() as unknown,
  };
}

export const PROTO = join(import.meta.dirname, 'doors.proto');

const GRPC_CODES = { 401: 16, 403: 7, 503: 14 } as const;

interface Text {
  readonly text: string;
}

type Unary = (
  data: Text,
  metadata: Metadata,
  done: (error: ServiceError | null, answer?: Text) => void,
) => void;

export type GrpcClient = Client &
  Readonly<Record<Door, Unary>> & {
    feed(data: Text, metadata: Metadata): AsyncIterable<Text>;
  };

export function grpcClient(url: string): GrpcClient {
  const { doors } = loadPackageDefinition(loadSync(PROTO)) as unknown as {
    doors: { Doors: ServiceClientConstructor };
  };
  return new doors.Doors(url, credentials.createInsecure()) as unknown as GrpcClient;
}

export async function call(client: GrpcClient, door: Door, metadata: Metadata): Promise<string> {
  return new Promise((resolve, reject) => {
    client[door]({ text: '' }, metadata, (error, answer) => {
      if (error === null) resolve(answer?.text ?? '');
      else reject(error);
    });
  });
}

export function grpcWire(url: string): MessageWire {
  const client = grpcClient(url);
  return {
    ask: (door, token) => {
      const metadata = new Metadata();
      if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
      return call(client, door, metadata);
    },
    refusal: ({ status, code }) => ({ code: GRPC_CODES[status], details: code }),
    close: () => {
      client.close();
    },
  };
}
