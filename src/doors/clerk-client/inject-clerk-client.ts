import { Inject } from '@nestjs/common';
import { CLERK_CLIENT } from './clerk-client-token.js';

/**
 * Clerk's official client, made from the settings of `ClerkModule`. Needs `ClerkClientModule`.
 *
 * @example constructor(@InjectClerkClient() private readonly clerk: ClerkClient) {}
 */
export function InjectClerkClient(): ParameterDecorator & PropertyDecorator {
  return Inject(CLERK_CLIENT);
}
