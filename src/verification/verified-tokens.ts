import type { SessionTokenText } from '../credentials/token-shape.js';
import type { JwsReader } from './compact-jws.js';
import { deepFreeze } from './deep-freeze.js';
import type { SessionClaims } from './session-claims.js';
import { MetTokens } from './met-tokens.js';
import { labelOf } from './token-label.js';
import { TokenShelf } from './token-shelf.js';
import type { Signer, VerifiedToken } from './verified-token.js';

/** Tokens met once may take half of the room: a flood of new ones cannot drive out those that come back. */
const NEW_SHARE = 0.5;

/**
 * Tokens whose signature need not be checked again: a browser sends the same one for about a minute. Only verified
 * tokens enter, so that bad ones neither fill nor flush it; a token is found by the whole of its text, bit for bit.
 * What may change while a token stays the same (time, keys, revocation) is checked at every use, not here.
 */
export class VerifiedTokens {
  private readonly met: MetTokens;
  private readonly returning: TokenShelf;
  private lastAsked = '';
  private lastFound: VerifiedToken | undefined;

  /** @param capacity how many tokens to keep at the most; 0 keeps none */
  constructor(
    capacity: number,
    private readonly jws: JwsReader,
  ) {
    const forNew = Math.ceil(capacity * NEW_SHARE);
    this.met = new MetTokens(forNew);
    this.returning = new TokenShelf(capacity - forNew);
  }

  /** The verified token of exactly this text. */
  find(token: string): VerifiedToken | undefined {
    return this.recognize(token) ?? this.welcomeBack(token);
  }

  /** The same if it came more than once before. One request asks repeatedly, so the last answer is at hand. */
  recognize(token: string): VerifiedToken | undefined {
    if (token !== this.lastAsked) {
      this.lastFound = this.returning.find(labelOf(token), token);
      this.lastAsked = token;
    }
    return this.lastFound;
  }

  /** Keeps no claims yet: most tokens that come once never come again, and those that do are read once more. */
  keep(token: SessionTokenText, signer: Signer): void {
    this.lastAsked = '';
    this.met.put(token, signer);
  }

  forget(token: string): void {
    const label = labelOf(token);
    this.lastAsked = '';
    this.met.remove(label);
    this.returning.remove(label);
  }

  private welcomeBack(token: string): VerifiedToken | undefined {
    const label = labelOf(token);
    const met = this.met.find(label, token);
    if (met === undefined) return undefined;
    const claims = deepFreeze(this.jws.readPayload(met.token)) as SessionClaims;
    const verified = { ...met, claims };
    this.lastAsked = '';
    if (this.returning.put(label, verified)) this.met.remove(label);
    return verified;
  }
}
