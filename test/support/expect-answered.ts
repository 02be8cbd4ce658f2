import { expect } from '@jest/globals';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { MessageCase } from './message-callers.js';
import { ran } from './message-doors.js';
import type { MessageWire } from './message-wires.js';

/** Asks as the case says, and holds the answer and what ran against it. */
export async function expectAnswered(
  clerk: LocalClerk,
  wire: MessageWire,
  { door, token, outage, refused: expected }: MessageCase,
): Promise<void> {
  const asked = token(clerk);
  clerk.outage(outage ?? false);
  const answer = wire.ask(door, asked);
  await (expected === undefined
    ? expect(answer).resolves.toEqual(expect.any(String))
    : expect(answer).rejects.toMatchObject(wire.refusal(expected)));
  clerk.outage(false);
  expect(ran).toHaveLength(expected === undefined ? 1 : 0);
}
