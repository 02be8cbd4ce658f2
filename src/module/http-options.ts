import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { HttpModuleOptions } from '@nestjs/axios';

/** Bytes; the largest honest answer, a client with many sessions, is far below. */
const LONGEST_ANSWER = 5_000_000;

/** How the Backend API is talked to: connections are kept, redirects are not followed, every status is an answer. */
export function httpOptions(): HttpModuleOptions {
  return {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
    // A redirect would carry the secret key to wherever it leads.
    maxRedirects: 0,
    maxContentLength: LONGEST_ANSWER,
    validateStatus: () => true,
  };
}
