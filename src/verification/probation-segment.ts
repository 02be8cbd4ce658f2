import type { SessionTokenText } from '../credentials/token-shape.js';
import { TokenBlock } from './token-block.js';
import { fingerprintOf } from './token-fingerprint.js';
import { BYTES_PER_TOKEN } from './protected-segment.js';
import type { Signer, VerifiedText } from './verified-token.js';

/**
 * Verified tokens that came once; most of them never come again. When the newer half is full, the older half leaves
 * as a whole: letting them leave one by one would cost every new token more than it is worth.
 */
export class ProbationSegment {
  private newer: TokenBlock;
  private older: TokenBlock;

  /** @param capacity how many to keep at the most */
  constructor(capacity: number) {
    this.newer = blockOf(Math.ceil(capacity / 2));
    this.older = capacity === 1 ? this.newer : blockOf(Math.floor(capacity / 2));
  }

  find(fingerprint: number, token: string): VerifiedText | undefined {
    return this.newer.find(fingerprint, token) ?? this.older.find(fingerprint, token);
  }

  put(token: SessionTokenText, signer: Signer): void {
    const fingerprint = fingerprintOf(token);
    if (this.newer.put(fingerprint, token, signer)) return;
    const emptied = this.older;
    this.older = this.newer;
    this.newer = emptied;
    emptied.clear();
    emptied.put(fingerprint, token, signer);
  }

  remove(fingerprint: number): void {
    this.newer.remove(fingerprint);
    this.older.remove(fingerprint);
  }
}

function blockOf(capacity: number): TokenBlock {
  return new TokenBlock(capacity, capacity * BYTES_PER_TOKEN);
}
