import { Logger } from '@nestjs/common';
import type { ClerkSettings } from '../config/clerk-settings.js';
import type { Timer } from '../connections/timer.js';
import { RevocationFeed } from '../revocation/revocation-feed.js';

/** What an instance hears of ended sessions through. */
export function revocationFeedOf(
  settings: ClerkSettings,
  now: () => number,
  timer: Timer,
): RevocationFeed {
  const logger = new Logger('ClerkModule');
  const [issuer] = settings.issuers;
  return new RevocationFeed({
    channel: settings.revocations,
    fallback: settings.revocationFallback,
    // A satellite has an issuer of its own, and shares its sessions with the primary domain.
    instance: settings.publishableKey?.frontendApi ?? hostOf(issuer) ?? 'clerk',
    clockSkew: settings.clockSkew,
    now,
    pause: (milliseconds, signal) => pause(timer, milliseconds, signal),
    warn: (message) => {
      logger.warn(message);
    },
  });
}

function hostOf(issuer: string | undefined): string | undefined {
  return issuer === undefined ? undefined : new URL(issuer).host;
}

function pause(timer: Timer, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timer(done, milliseconds);
    if (signal?.aborted === true) done();
    else signal?.addEventListener('abort', done);
  });
}
