import type { SessionTokenText } from '../credentials/token-shape.js';
import { TokenBlock } from './token-block.js';
import { labelOf } from './token-label.js';
import { BYTES_PER_TOKEN } from './token-shelf.js';
import type { Signer, VerifiedText } from './verified-token.js';

/**
 * Verified tokens that came once; most of them never come again. When the newer half is full, the older half leaves
 * as a whole: letting them leave one by one would cost every new token more than it is worth.
 */
export class MetTokens {
  private newer: TokenBlock;
  private older: TokenBlock;

  /** @param capacity how many to keep at the most */
  constructor(capacity: number) {
    this.newer = blockOf(Math.ceil(capacity / 2));
    this.older = capacity === 1 ? this.newer : blockOf(Math.floor(capacity / 2));
  }

  find(label: number, token: string): VerifiedText | undefined {
    return this.newer.find(label, token) ?? this.older.find(label, token);
  }

  put(token: SessionTokenText, signer: Signer): void {
    const label = labelOf(token);
    if (this.newer.put(label, token, signer)) return;
    const emptied = this.older;
    this.older = this.newer;
    this.newer = emptied;
    emptied.clear();
    emptied.put(label, token, signer);
  }

  remove(label: number): void {
    this.newer.remove(label);
    this.older.remove(label);
  }
}

function blockOf(capacity: number): TokenBlock {
  return new TokenBlock(capacity, capacity * BYTES_PER_TOKEN);
}
