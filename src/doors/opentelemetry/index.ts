export { ClerkInstrumentation, type ClerkInstrumentationConfig } from './clerk-instrumentation.js';
