export { ClerkHealthIndicator, type ClerkHealthOptions } from './clerk-health-indicator.js';
