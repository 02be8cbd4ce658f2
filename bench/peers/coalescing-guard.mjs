import { Agent, request as httpRequest } from 'node:http';
import { parseCookie } from 'cookie';

/**
 * The floor of the backend way: one bare call on a kept connection for all requests with the same client token that
 * arrive meanwhile, and nothing else.
 */
export class CoalescingGuard {
  #flights = new Map();
  #agent = new Agent({ keepAlive: true });

  constructor({ options }) {
    this.url = `${options.apiUrl}/v1/clients/verify`;
    this.headers = {
      Authorization: `Bearer ${options.secretKey}`,
      'Content-Type': 'application/json',
    };
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const { __session: token } = parseCookie(request.headers.cookie ?? '');
    if (token === undefined) return false;
    const client = await this.#join(token);
    const active = client.sessions.find(({ id }) => id === client.last_active_session_id);
    return active?.status === 'active' && active.expire_at > Date.now();
  }

  #join(token) {
    const flight = this.#flights.get(token);
    if (flight !== undefined) return flight;
    const started = this.#ask(token).finally(() => this.#flights.delete(token));
    this.#flights.set(token, started);
    return started;
  }

  #ask(token) {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', agent: this.#agent, headers: this.headers };
      const call = httpRequest(this.url, options, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part) => (text += part));
        answer.on('end', () => resolve(JSON.parse(text)));
      });
      call.on('error', reject);
      call.end(JSON.stringify({ token }));
    });
  }
}
