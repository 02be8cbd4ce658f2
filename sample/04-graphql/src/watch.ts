// A subscriber, as a page would be one: it fetches a token whenever it connects.
//
//     node sample/04-graphql/dist/watch.js <GraphQL URL> <LocalClerk URL> <session id>
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url = '', clerk = '', sessionId = ''] = process.argv.slice(2);

/** In a browser, this is `clerk.session.getToken()`. */
async function getToken(): Promise<string> {
  const response = await fetch(`${clerk}/_local/sessions/${sessionId}/token`, { method: 'POST' });
  const { sessionToken } = (await response.json()) as { readonly sessionToken: string };
  return sessionToken;
}

let connections = 0;
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  retryAttempts: 2,
  connectionParams: async () => ({ authorization: `Bearer ${await getToken()}` }),
  on: {
    connected: () => {
      connections += 1;
      console.log(`connected, time ${connections}`);
    },
    closed: (event) => {
      const { code, reason } = event as { readonly code: number; readonly reason: string };
      console.log(`closed with ${code} ${reason}`);
    },
  },
});

client.subscribe<{ readonly ticks: number }>(
  { query: 'subscription { ticks }' },
  {
    next: ({ data }) => {
      console.log(`tick ${data?.ticks ?? '?'}`);
      // Enough has been seen: it came back by itself, with a fresh token, and goes on.
      if (connections === 2) void client.dispose();
    },
    error: () => {
      console.log('the subscription is over for good');
    },
    complete: () => {
      console.log('done');
    },
  },
);
