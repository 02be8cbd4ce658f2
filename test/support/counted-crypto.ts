import { jest } from '@jest/globals';
import * as crypto from 'node:crypto';

/** Signature checks done since `count = 0`, by whoever loads `node:crypto` after `countSignatureChecks()`. */
export const signatureChecks = { count: 0 };

/**
 * Counts the work instead of timing it: `node:crypto` stays what it is, and `verify` is counted. Call it before the
 * library is imported (dynamically, for that reason).
 */
export function countSignatureChecks(): void {
  jest.unstable_mockModule('node:crypto', () => ({
    ...crypto,
    default: crypto,
    verify: (...check: Parameters<typeof crypto.verify>) => {
      signatureChecks.count += 1;
      return crypto.verify(...check);
    },
  }));
}
