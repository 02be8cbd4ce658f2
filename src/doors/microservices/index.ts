export { asCaller } from './as-caller.js';
export type { CallingClient } from './calling-client.js';
