import { millisecondsOf } from './milliseconds-of.js';

/** An event as it came: that it is one is certain, what is in it is not. */
export interface ReceivedEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp?: unknown;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a body; `undefined` where it is not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
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
