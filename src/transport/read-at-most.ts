import type { Readable } from 'node:stream';

/** What became of reading a body. */
export type BodyRead =
  { readonly kind: 'read'; readonly bytes: Buffer } | { readonly kind: 'too_large' };

/** Chunks that are kept one by one: of a body that comes byte by byte, each would cost a hundred bytes. */
const LOOSE_CHUNKS = 1024;

/** How many times the limit is swallowed after an answer, so that the client comes to read it. */
const PATIENCE = 16;

/**
 * Reads a stream up to a number of bytes, and says so once. Too much is told at once and no longer kept; the rest is
 * swallowed, as a connection that is cut while its client still writes loses the answer; far too much cuts it all the
 * same. Of a client that leaves in the middle nothing is ever told: nobody waits for an answer.
 */
export function readAtMost(stream: Readable, limit: number, told: (body: BodyRead) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let isTold = false;
  const tell = (body: BodyRead): void => {
    if (isTold) return;
    isTold = true;
    told(body);
  };
  stream.on('data', (chunk: Buffer | string) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    length += bytes.length;
    if (length <= limit) {
      chunks.push(bytes);
      if (chunks.length === LOOSE_CHUNKS) chunks.splice(0, LOOSE_CHUNKS, Buffer.concat(chunks));
      return;
    }
    chunks.length = 0;
    if (length > limit * PATIENCE) stream.destroy();
    tell({ kind: 'too_large' });
  });
  stream.on('end', () => {
    tell({ kind: 'read', bytes: Buffer.concat(chunks) });
  });
  // A client that leaves is an error of the stream, and one that nobody listens to ends the process.
  stream.on('error', () => {
    chunks.length = 0;
  });
}
