import { Channel } from '../diagnostics/channel.js';
import { CHANNELS } from '../diagnostics/channels.js';

/**
 * What is told on the channel `nestjs-clerk-auth:key-set`: the instance's published keys were fetched, or could not be.
 * One fetch serves many requests, and runs in the async context of whichever came first, or of none.
 */
export type KeySetDiagnostic =
  | {
      /** How many keys there are now. */
      readonly keys: number;
    }
  | {
      /** What went wrong, for people; holds no key, token or id. */
      readonly reason: string;
      /**
       * Whole seconds since the keys that are still in use were fetched; `undefined` where there are none. They serve for
       * an hour.
       */
      readonly age: number | undefined;
    };

/** The channel on which each fetch of keys is told. */
export const KEY_FETCHES = new Channel<KeySetDiagnostic>(CHANNELS.keySet);
