export { ClerkPagesModule, type ClerkPagesModuleAsyncOptions } from './clerk-pages-module.js';
export type { ClerkLocals } from './clerk-locals.js';
export type { ClerkPagesOptions } from './clerk-pages-options.js';
