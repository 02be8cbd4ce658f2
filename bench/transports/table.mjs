import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { Child } from '../support/child.mjs';
import { QUICK } from '../support/scale.mjs';

const WORKER = new URL('worker.mjs', import.meta.url);
const FLAGS = ['--expose-gc'];

/** Idle sockets of one gateway. */
const SOCKETS = QUICK ? 200 : 2000;
const AT_ONCE = 20;

/** What the guard costs beyond HTTP, and what holding sockets takes. */
export async function measureTransports({ fixture }) {
  const child = new Child(WORKER, FLAGS);
  const { options } = fixture;
  const token = fixture.fresh[0].token;
  const field = await child.ask('fields', { options, token }).finally(() => child.stop());
  const ws = await socketsOf('ws', fixture);
  const socketIo = await socketsOf('socket.io', fixture);
  return { field, sockets: SOCKETS, ws, socketIo };
}

/** Of a gated gateway beyond one that lets everybody connect, for each socket. */
async function socketsOf(platform, fixture) {
  const open = await connectAll(platform, false, fixture);
  const gated = await connectAll(platform, true, fixture);
  return {
    /** Bytes. */
    heap: (gated.heap - open.heap) / SOCKETS,
    /** Microseconds of CPU to connect. */
    connecting: (gated.cpu - open.cpu) / SOCKETS,
    /** Microseconds. */
    message: gated.message,
  };
}

async function connectAll(platform, gated, fixture) {
  const child = new Child(WORKER, FLAGS);
  const { options, fresh, warm } = fixture;
  const clients = [];
  try {
    const port = await child.ask('serve', { platform, gated, options });
    const connect = platform === 'ws' ? connectWs : connectSocketIo;
    // Code that is compiled, and what is made once.
    for (let at = 0; at < 50; at += 1) clients.push(await connect(port, warm[at].token));
    await child.ask('mark');
    for (let at = 0; at < SOCKETS; at += AT_ONCE) {
      const batch = fresh.slice(at, at + AT_ONCE).map(({ token }) => connect(port, token));
      clients.push(...(await Promise.all(batch)));
    }
    const { heap, cpu } = await child.ask('measure');
    const message = gated ? await child.ask('messages') : undefined;
    return { heap, cpu, message };
  } finally {
    for (const client of clients) client.close();
    await child.stop();
  }
}

function connectWs(port, token) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, ['clerk.session', token]);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

function connectSocketIo(port, token) {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token },
  });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}
