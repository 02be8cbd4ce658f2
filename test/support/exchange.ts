import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:http2';

/** Asks for an address, and follows nothing. */
export type Exchange = (
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
) => Promise<Exchanged>;

interface Exchanged {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export const overHttp1: Exchange = async (url, method, headers, body) =>
  new Promise((resolve, reject) => {
    const asking = httpRequest(url, { method, headers }, (response) => {
      const received: Buffer[] = [];
      response.on('data', (chunk: Buffer) => received.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(received).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    asking.on('error', reject);
    asking.end(body);
  });

/**
 * HTTP/2 to one origin, and HTTP/1 to all others. There is no `Host`: `:authority` takes its place.
 *
 * @param ca of the origin's certificate; left out where it speaks without TLS
 */
export function overHttp2(origin: string, ca: string | undefined): Exchange {
  return async (url, method, headers, body) => {
    if (new URL(url).origin !== origin) return overHttp1(url, method, headers, body);
    const session = connect(origin, ca === undefined ? {} : { ca });
    const path = url.slice(origin.length);
    // Browsers send each cookie by itself, to have them compressed (RFC 9113 section 8.2.3).
    const { cookie, ...others } = headers;
    const cookies = cookie === undefined ? {} : { cookie: cookie.split('; ') };
    try {
      return await new Promise((resolve, reject) => {
        const fields = { ':method': method, ':path': path, ...others, ...cookies };
        const stream = session.request(fields, { endStream: body === undefined });
        let answered: IncomingHttpHeaders & { readonly ':status'?: number | undefined } = {};
        let text = '';
        stream.setEncoding('utf8');
        stream.on('response', (received) => (answered = received));
        stream.on('data', (chunk: string) => (text += chunk));
        stream.on('end', () => {
          resolve({ status: answered[':status'] ?? 0, headers: answered, text });
        });
        session.on('error', reject);
        stream.on('error', reject);
        if (body !== undefined) stream.end(body);
      });
    } finally {
      session.close();
    }
  };
}
