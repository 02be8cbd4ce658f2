import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Through what the Backend API is reached: kept connections, as many as there are calls at once. */
export class Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;

  constructor(
    mostSockets: number,
    private readonly given: HttpsAgent | undefined,
  ) {
    this.http = new HttpAgent({ keepAlive: true, maxSockets: mostSockets });
    this.https = given ?? new HttpsAgent({ keepAlive: true, maxSockets: mostSockets });
  }

  /** Kept connections would keep a process alive. An agent of the application is the application's to close. */
  destroy(): void {
    this.http.destroy();
    if (this.given === undefined) this.https.destroy();
  }
}
