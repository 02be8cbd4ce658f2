import { isUtf8 } from 'node:buffer';
import { millisecondsOf } from './milliseconds-of.js';

/** An event as it came: that it is one is certain, what is in it is not. */
export interface ReceivedEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp?: unknown;
}

/** The text of a body; `undefined` where it is not UTF-8. A `TextDecoder` that is as strict takes ten times as long. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** The event in a text; `undefined` where it is not JSON, or not an event. */
export function readEvent(text: string): ReceivedEvent | undefined {
  const event = parsed(text);
  return isEvent(event) ? event : undefined;
}

/** When it happened, by the event's own word, else by its object's; in milliseconds since the epoch. */
export function timeOf({ timestamp, data }: ReceivedEvent): number | undefined {
  return millisecondsOf(timestamp) ?? millisecondsOf(data.updated_at);
}

function isEvent(event: unknown): event is ReceivedEvent {
  if (!isRecord(event)) return false;
  const { object = 'event', type, data } = event;
  return object === 'event' && typeof type === 'string' && type !== '' && isRecord(data);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
