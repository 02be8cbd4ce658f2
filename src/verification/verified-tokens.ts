import type { SessionTokenText } from '../credentials/token-shape.js';
import type { JwsReader } from './compact-jws.js';
import { deepFreeze } from './deep-freeze.js';
import type { SessionClaims } from './session-claims.js';
import { ProbationSegment } from './probation-segment.js';
import { fingerprintOf } from './token-fingerprint.js';
import { ProtectedSegment } from './protected-segment.js';
import type { Signer, VerifiedToken } from './verified-token.js';

/** Tokens seen once may take half of the room: a flood of new ones cannot drive out those that come back. */
const NEW_SHARE = 0.5;

/**
 * Tokens whose signature need not be checked again: a browser sends the same one for about a minute. Only verified
 * tokens enter, so that bad ones neither fill nor flush it; a token is found by the whole of its text, bit for bit.
 * What may change while a token stays the same (time, keys, revocation) is checked at every use, not here.
 */
export class VerifiedTokens {
  private readonly probation: ProbationSegment;
  private readonly protected: ProtectedSegment;
  private lastAsked: string | undefined;
  private lastFound: VerifiedToken | undefined;

  /** @param capacity how many tokens to keep at the most; 0 keeps none */
  constructor(
    capacity: number,
    private readonly jws: JwsReader,
  ) {
    const forNew = Math.ceil(capacity * NEW_SHARE);
    this.probation = new ProbationSegment(forNew);
    this.protected = new ProtectedSegment(capacity - forNew);
  }

  /** The verified token of exactly this text. */
  find(token: string): VerifiedToken | undefined {
    return this.recognize(token) ?? this.promote(token);
  }

  /** The same if it came more than once before. One request asks repeatedly, so the last answer is at hand. */
  recognize(token: string): VerifiedToken | undefined {
    if (token !== this.lastAsked) {
      this.lastFound = this.protected.find(fingerprintOf(token), token);
      this.lastAsked = token;
    }
    return this.lastFound;
  }

  /** Keeps no claims yet: most tokens that come once never come again, and those that do are read once more. */
  keep(token: SessionTokenText, signer: Signer): void {
    this.dropLast();
    this.probation.put(token, signer);
  }

  forget(token: string): void {
    const fingerprint = fingerprintOf(token);
    this.dropLast();
    this.probation.remove(fingerprint);
    this.protected.remove(fingerprint);
  }

  /** Both fields: with one of them left, some other text would be given the last caller's token. */
  private dropLast(): void {
    this.lastAsked = undefined;
    this.lastFound = undefined;
  }

  private promote(token: string): VerifiedToken | undefined {
    const fingerprint = fingerprintOf(token);
    const found = this.probation.find(fingerprint, token);
    if (found === undefined) return undefined;
    const claims = deepFreeze(this.jws.readPayload(found.token)) as SessionClaims;
    const verified = { ...found, claims };
    this.dropLast();
    if (this.protected.put(fingerprint, verified)) this.probation.remove(fingerprint);
    return verified;
  }
}
