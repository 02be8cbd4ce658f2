import { connect } from 'node:net';

type Field = readonly [name: string, value: string];

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const [DATA, HEADERS, SETTINGS] = [0x0, 0x1, 0x4];
const [END_STREAM, END_HEADERS, ACKNOWLEDGED] = [0x1, 0x4, 0x1];

/** A GET over HTTP/2 without TLS, field by field as given: Node's client sends no field twice. @returns the body */
export async function askRawHttp2(origin: string, fields: readonly Field[]): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  const block = Buffer.concat(fields.map(literal));
  socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0, Buffer.alloc(0))]));
  socket.write(frame(HEADERS, END_HEADERS | END_STREAM, 1, block));
  let received = Buffer.alloc(0);
  const body: Buffer[] = [];
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const size = received.length < 9 ? Infinity : 9 + received.readUIntBE(0, 3);
        if (received.length < size) break;
        const [type, flags = 0] = received.subarray(3, 5);
        const isOurs = (received.readUInt32BE(5) & 0x7fffffff) === 1;
        if (type === DATA) body.push(received.subarray(9, size));
        if (type === SETTINGS && flags !== ACKNOWLEDGED) {
          socket.write(frame(SETTINGS, ACKNOWLEDGED, 0, Buffer.alloc(0)));
        }
        const isEnd = isOurs && (type === DATA || type === HEADERS) && (flags & END_STREAM) !== 0;
        if (isEnd) return Buffer.concat(body).toString();
        received = received.subarray(size);
      }
    }
    throw new Error('The server hung up before it had answered.');
  } finally {
    socket.destroy();
  }
}

/** RFC 9113 section 4.1. */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.set([type, flags], 3);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A field that enters no table (RFC 7541 section 6.2.2). */
function literal([name, value]: Field): Buffer {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

function text(words: string): Buffer {
  const { length } = words;
  const rest: number[] = length < 127 ? [length] : [127];
  for (let left = length - 127; left >= 0; left = left < 128 ? -1 : left >> 7) {
    rest.push(left < 128 ? left : (left & 127) | 128);
  }
  return Buffer.concat([Buffer.from(rest), Buffer.from(words)]);
}
