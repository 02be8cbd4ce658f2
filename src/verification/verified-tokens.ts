import type { KeyObject } from 'node:crypto';
import type { SessionTokenText } from '../credentials/token-shape.js';
import type { JwsReader } from './compact-jws.js';
import { deepFreeze } from './deep-freeze.js';
import type { SessionClaims } from './session-claims.js';
import { labelOf, TokenShelf } from './token-shelf.js';
import type { VerifiedText, VerifiedToken } from './verified-token.js';

/** Tokens met once may take a fifth of the room: a flood of new ones cannot drive out those that come back. */
const NEW_SHARE = 0.2;

/**
 * Tokens whose signature need not be checked again: a browser sends the same one for about a minute. Only verified
 * tokens enter, so that bad ones neither fill nor flush it; a token is found by the whole of its text, bit for bit.
 * What may change while a token stays the same (time, keys, revocation) is checked at every use, not here.
 */
export class VerifiedTokens {
  private readonly fresh: TokenShelf<VerifiedText>;
  private readonly returning: TokenShelf<VerifiedToken>;
  private lastAsked = '';
  private lastFound: VerifiedToken | undefined;

  /** @param capacity how many tokens to keep at the most; 0 keeps none */
  constructor(
    capacity: number,
    private readonly jws: JwsReader,
  ) {
    const forNew = Math.ceil(capacity * NEW_SHARE);
    this.fresh = new TokenShelf(forNew);
    this.returning = new TokenShelf(capacity - forNew);
  }

  /** The verified token of exactly this text. One request asks more than once, so the last answer is at hand. */
  find(token: string): VerifiedToken | undefined {
    if (token !== this.lastAsked) {
      this.lastFound = this.search(token);
      this.lastAsked = token;
    }
    return this.lastFound;
  }

  private search(token: string): VerifiedToken | undefined {
    const label = labelOf(token);
    const known = this.returning.find(label, token);
    if (known !== undefined) return known;
    const met = this.fresh.find(label, token);
    return met === undefined ? undefined : this.welcomeBack(met);
  }

  /** Keeps no claims yet: most tokens that come once never come again, and those that do are read once more. */
  keep(token: SessionTokenText, key: KeyObject, keyId: string | undefined): void {
    // Cut out of a header, the text would hold on to the whole header; put together anew, it does not.
    const copy = ` ${token}`.slice(1);
    this.lastAsked = '';
    this.fresh.put(labelOf(copy), { token: copy, keyId, key });
  }

  forget(token: string): void {
    const label = labelOf(token);
    this.lastAsked = '';
    this.fresh.remove(label);
    this.returning.remove(label);
  }

  private welcomeBack(met: VerifiedText): VerifiedToken {
    // Of the kept text: the label of the one just asked for would hold on to its header.
    const label = labelOf(met.token);
    const verified = {
      ...met,
      claims: deepFreeze(this.jws.readPayload(met.token)) as SessionClaims,
    };
    if (this.returning.put(label, verified)) this.fresh.remove(label);
    return verified;
  }
}
