export { documentAccess } from './document-access.js';
