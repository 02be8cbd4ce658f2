import { createClerkClient } from '@clerk/backend';
import { clerkMiddleware, getAuth as authOfExpress } from '@clerk/express';
import { clerkPlugin, getAuth as authOfFastify } from '@clerk/fastify';

/** Clerk's own SDKs at their best: the key is given, nothing is fetched. */
export function networklessOptions({ options, jwtKey }) {
  const { secretKey, publishableKey, apiUrl } = options;
  return { secretKey, publishableKey, apiUrl, jwtKey, telemetry: { disabled: true } };
}

/** `clerkMiddleware()`, as an application with these settings uses it. */
export function clerkExpress(fixture) {
  const options = networklessOptions(fixture);
  return clerkMiddleware({ ...options, clerkClient: createClerkClient(options) });
}

export { authOfExpress, authOfFastify, clerkPlugin };

/** Refuses whom Clerk's middleware did not recognize: the middleware itself lets everybody pass. */
export class ClerkAuthGuard {
  /** @param {(request: any) => { userId?: string | null }} getAuth */
  constructor(getAuth) {
    this.getAuth = getAuth;
  }

  canActivate(context) {
    return Boolean(this.getAuth(context.switchToHttp().getRequest()).userId);
  }
}
