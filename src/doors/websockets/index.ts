export { GuardConnections } from './guard-connections.js';
