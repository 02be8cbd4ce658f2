import { randomRefreshToken } from '../random.js';

/** With what does a server get the next token of a session? One for each session, as long as it lives. */
export class RefreshTokens {
  readonly #bySession = new Map<string, string>();

  /** Made on first use. */
  of(sessionId: string): string {
    const token = this.#bySession.get(sessionId) ?? randomRefreshToken();
    this.#bySession.set(sessionId, token);
    return token;
  }

  isOf(sessionId: string, token: string): boolean {
    return this.#bySession.get(sessionId) === token;
  }
}
