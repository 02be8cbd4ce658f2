import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';

type Headers = Readonly<Record<string, string>>;

/** An event stream as its client sees it. */
export interface Feed {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** All that came so far. */
  text(): string;
  /** How it ended: whole, or torn off; `undefined` while it goes on. */
  ending(): 'whole' | 'torn' | undefined;
  /** Whether what carried it is closed as well. */
  isGone(): boolean;
  leave(): void;
  stopReading(): void;
}

/** Opens feeds of one server, all over one connection where the protocol can. */
export interface FeedClient {
  open(path: string, headers?: Headers): Promise<Feed>;
  close(): void;
}

export function overHttp1(url: string): FeedClient {
  const agent = new http.Agent({ keepAlive: true });
  return {
    open: async (path, headers = {}) => {
      const request = http.get(`${url}${path}`, { agent, headers });
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      const { socket } = response;
      return {
        ...readAll(response),
        status: response.statusCode ?? 0,
        headers: response.headers,
        isGone: () => socket.destroyed,
        leave: () => {
          response.destroy();
        },
        stopReading: () => {
          response.pause();
        },
      };
    },
    close: () => {
      agent.destroy();
    },
  };
}

export function overHttp2(url: string): FeedClient {
  const session = http2.connect(url);
  return {
    open: async (path, headers = {}) => {
      const stream = session.request({ ':path': path, ...headers });
      const [answer] = (await once(stream, 'response')) as [Readonly<Record<string, unknown>>];
      return {
        ...readAll(stream),
        status: Number(answer[':status']),
        headers: answer,
        isGone: () => stream.destroyed,
        stopReading: () => {
          stream.pause();
        },
        leave: () => {
          stream.close(http2.constants.NGHTTP2_CANCEL);
        },
      };
    },
    close: () => {
      session.destroy();
    },
  };
}

function readAll(stream: NodeJS.ReadableStream): Pick<Feed, 'text' | 'ending'> {
  let text = '';
  let ending: 'whole' | 'torn' | undefined;
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  stream.on('end', () => (ending ??= 'whole'));
  stream.on('error', () => (ending ??= 'torn'));
  stream.on('close', () => (ending ??= 'torn'));
  return { text: () => text, ending: () => ending };
}
