import { connect } from 'node:net';
import { once } from 'node:events';

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * Kept connections to one server; each has one request under way at a time. Written by hand, because the load
 * generator must cost less than what it measures, and must send another token with every request.
 */
export class Load {
  #sockets;

  constructor(sockets) {
    this.#sockets = sockets;
  }

  static async open(port, connections = 16) {
    const sockets = Array.from({ length: connections }, () => {
      return connect({ port, host: '127.0.0.1', noDelay: true });
    });
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return new Load(sockets);
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
  }

  /**
   * Sends until `next` has no more, and waits for every answer.
   * @param {() => Buffer | undefined} next
   * @returns how often each status came, and how long each answer took, in milliseconds
   */
  async send(next) {
    const statuses = new Map();
    const latencies = [];
    await Promise.all(this.#sockets.map((socket) => converse(socket, next, statuses, latencies)));
    return { statuses, latencies };
  }

  /** Sends these, each once. @param {readonly Buffer[]} requests */
  sendAll(requests) {
    let at = 0;
    return this.send(() => requests[at++]);
  }

  /** Sends for some time. @param {() => Buffer} next */
  sendFor(milliseconds, next) {
    const end = performance.now() + milliseconds;
    return this.send(() => (performance.now() < end ? next() : undefined));
  }
}

function converse(socket, next, statuses, latencies) {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    let sentAt = 0;
    const sendNext = () => {
      const request = next();
      if (request === undefined) return finish(resolve);
      if (socket.destroyed)
        return finish(reject, new Error('the server has closed the connection'));
      sentAt = performance.now();
      socket.write(request);
    };
    const read = (bytes) => {
      received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
      if (!isWhole(received)) return;
      latencies.push(performance.now() - sentAt);
      const status = Number(received.latin1Slice(9, 12));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      received = Buffer.alloc(0);
      sendNext();
    };
    const broken = (error) => finish(reject, error instanceof Error ? error : new Error('closed'));
    const finish = (how, what) => {
      socket.off('data', read).off('error', broken).off('close', broken);
      how(what);
    };
    socket.on('data', read).on('error', broken).on('close', broken);
    sendNext();
  });
}

/** Whether an answer has come to its end, by its length or its last chunk. */
function isWhole(received) {
  const end = received.indexOf(END_OF_HEAD);
  if (end < 0) return false;
  const head = received.latin1Slice(0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length !== null) return received.length >= end + END_OF_HEAD.length + Number(length[1]);
  return !/\r\ntransfer-encoding: *chunked/i.test(head) || received.latin1Slice(-5) === '0\r\n\r\n';
}
