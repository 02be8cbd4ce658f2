import { Logger } from '@nestjs/common';
import type { ClerkSettings } from '../config/clerk-settings.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';

/** Milliseconds between two warnings of the same code. */
const PAUSE = 60_000;

type Hints = Partial<Record<UnauthenticatedCode, string>>;

/**
 * Some reasons to refuse a token are more often a wrong setting than a wrong caller. Each gets a warning that says what
 * to look at: the first time, then once a minute at the most. Our own settings are named, nothing of the token is.
 */
export class MisconfigurationNotice {
  private readonly logger = new Logger('ClerkModule');
  private readonly warnedAt = new Map<UnauthenticatedCode, number>();
  private readonly hints: Hints;

  constructor(
    settings: ClerkSettings,
    private readonly now: () => number,
  ) {
    this.hints = hintsFor(settings);
  }

  note(code: UnauthenticatedCode): void {
    const hint = this.hints[code];
    if (hint === undefined) return;
    const now = this.now();
    if (now - (this.warnedAt.get(code) ?? Number.NEGATIVE_INFINITY) < PAUSE) return;
    this.warnedAt.set(code, now);
    this.logger.warn(
      `A token was refused with ${code}. ${hint} If callers with such tokens are none of yours, nothing is wrong. ` +
        'This is said once a minute at the most.',
    );
  }
}

function hintsFor(settings: ClerkSettings): Hints {
  return {
    token_issuer_mismatch:
      `It comes from another Clerk instance than ${listed(settings.issuers)}: front end and API must use keys of the same ` +
      'instance. Look at publishableKey (CLERK_PUBLISHABLE_KEY) and, behind a proxy or satellite domain, at the option issuer.',
    token_authorized_party_mismatch:
      `Its azp is absent, or none of ${listed(settings.authorizedParties)}: look at the option authorizedParties, which ` +
      'must hold the origin of every front end (scheme, host and port).',
    token_audience_mismatch:
      `Its aud is absent, or shares nothing with ${listed(settings.audience)}: look at the option audience. Clerk puts ` +
      'aud only into session tokens that are customized so.',
    ...keyHints(settings),
  };
}

/** A key given by hand is tried whatever the token's `kid` says, so that a wrong one shows as a bad signature. */
function keyHints({ jwtKeys }: ClerkSettings): Hints {
  const cure = 'front end and API must use keys of the same Clerk instance.';
  return jwtKeys.length > 0
    ? {
        token_signature_invalid: `The given jwtKey (CLERK_JWT_KEY) does not prove it: ${cure} After a rotation, give the new key too.`,
        token_key_unknown: `It names no key that jwtKey (CLERK_JWT_KEY) gives: ${cure}`,
      }
    : {
        token_key_unknown: `It was not signed with a key of the instance that secretKey (CLERK_SECRET_KEY) belongs to: ${cure}`,
      };
}

function listed(values: readonly string[]): string {
  return values.join(', ');
}
