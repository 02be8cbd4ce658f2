import type { HttpAdapterHost } from '@nestjs/core';
import { takenOverIn, type NodeResponse } from './node-response.js';

type Adapter = HttpAdapterHost['httpAdapter'];

/** What a filter answers. */
export interface WholeAnswer {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  /** An object becomes JSON; `undefined` is none. */
  readonly body: string | object | undefined;
}

/**
 * Answers through whichever adapter is in use. Where a handler has taken the response over and sent nothing, the adapter
 * could not; where it has begun to answer, what it began is ended.
 */
export function answerWhole(adapter: Adapter, response: unknown, answer: WholeAnswer): void {
  const raw = takenOverIn(response);
  if (raw !== undefined) {
    writeWhole(raw, answer);
    return;
  }
  if (adapter.isHeadersSent(response)) {
    adapter.end(response);
    return;
  }
  for (const [name, value] of Object.entries(answer.fields)) {
    adapter.setHeader(response, name, value);
  }
  adapter.reply(response, answer.body, answer.status);
}

/** What the adapter would make of it, if it could still answer. */
function writeWhole(raw: NodeResponse, { status, fields, body }: WholeAnswer): void {
  if (typeof body === 'object') {
    raw.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...fields });
    raw.end(JSON.stringify(body));
    return;
  }
  raw.writeHead(status, fields);
  raw.end(body);
}
