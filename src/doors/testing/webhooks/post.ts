import { request as overHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';

/** What an endpoint said. */
interface Answered {
  /** `null` when there was no answer. */
  readonly status: number | null;
  readonly answer: string;
}

/** Milliseconds that Svix waits for an answer. */
const PATIENCE = 15_000;

const SILENCE: Answered = { status: null, answer: '' };

/** Sends a body, on a connection of its own. Never rejects, and follows no redirection. */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Answered> {
  try {
    const response = await respondedTo(url, headers, body, signal);
    return { status: response.statusCode ?? null, answer: await textOf(response) };
  } catch {
    return SILENCE;
  }
}

function respondedTo(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? overHttps : overHttp;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, agent: false, signal: limit } as const;
    request(url, options, resolve).once('error', reject).end(body);
  });
}

async function textOf(response: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
