import { AuthorityUnavailable } from '../errors/authority-unavailable.js';

/** Clerk was not asked: this process refused the question itself, so that it says nothing about Clerk. */
export class NotAsked extends AuthorityUnavailable {}
