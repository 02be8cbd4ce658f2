export { CLERK_CLIENT } from './clerk-client-token.js';
export { ClerkClientModule, type ClerkClientModuleOptions } from './clerk-client-module.js';
export { InjectClerkClient } from './inject-clerk-client.js';
