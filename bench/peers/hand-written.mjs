import { UnauthorizedException } from '@nestjs/common';
import { createPublicKey, verify } from 'node:crypto';

/**
 * The least that deserves the name: decode, verify, claims. What the library is held against for first-seen tokens.
 * @param {import('../support/fixture.mjs').Fixture} fixture
 * @returns {(token: string) => Record<string, any> | undefined}
 */
export function handWrittenVerifier({ jwtKey, issuer }) {
  const key = createPublicKey(jwtKey);
  return (token) => {
    const headerEnd = token.indexOf('.');
    const payloadEnd = token.lastIndexOf('.');
    const header = JSON.parse(Buffer.from(token.slice(0, headerEnd), 'base64url'));
    if (header.alg !== 'RS256') return undefined;
    const signature = Buffer.from(token.slice(payloadEnd + 1), 'base64url');
    if (!verify('RSA-SHA256', Buffer.from(token.slice(0, payloadEnd)), key, signature))
      return undefined;
    const claims = JSON.parse(Buffer.from(token.slice(headerEnd + 1, payloadEnd), 'base64url'));
    return isCurrent(claims) && claims.iss === issuer ? claims : undefined;
  };
}

/** The same with a Map in front: found by the signature, compared whole, never beyond `exp`. */
export function cachedHandWrittenVerifier(fixture) {
  const check = handWrittenVerifier(fixture);
  const known = new Map();
  return (token) => {
    const label = token.slice(token.lastIndexOf('.') + 1);
    const found = known.get(label);
    if (found?.token === token && isCurrent(found.claims)) return found.claims;
    const claims = check(token);
    if (claims !== undefined) known.set(label, { token, claims });
    return claims;
  };
}

function isCurrent({ exp, nbf }) {
  const now = Date.now() / 1000;
  return exp > now && !(nbf > now);
}

/** A guard around a verifier. */
export class HandWrittenGuard {
  constructor(check) {
    this.check = check;
  }

  canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const { authorization } = request.headers;
    if (authorization === undefined || !authorization.startsWith('Bearer ')) return false;
    request.claims = this.check(authorization.slice(7));
    return request.claims !== undefined;
  }
}

/** What any guard costs at the least. */
export class IdleGuard {
  canActivate() {
    return true;
  }
}

/** What any refusal costs at the least: Nest makes an answer of an exception. */
export class ThrowingGuard {
  canActivate() {
    throw new UnauthorizedException();
  }
}
