import type { Machine } from './machine.js';
import type { Session } from './session.js';

/** Whoever calls: a signed-in user or a machine. `tokenType` tells them apart. */
export type Caller = Session | Machine;
