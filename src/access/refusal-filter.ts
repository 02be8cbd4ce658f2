import { Catch, Inject, Optional, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { takenOverIn, type NodeResponse } from '../transport/node-response.js';
import { sendException } from '../transport/send-exception.js';
import { PAGE_GATE, type PageGate } from './page-gate.js';
import { Refusal, type ErrorBody } from './refusal.js';
import { messageOf } from './refusal-message.js';
import { Refusals } from './refuse.js';
import { rpcRefusal } from './rpc-refusal.js';
import { REFUSALS } from './tokens.js';

/**
 * Answers refusals in the words of what carried the call; over HTTP through whichever adapter is in use. Registered
 * globally by the module, and asked last, so that the application's own filters can answer differently. It never
 * throws: what a filter throws in a message handler reaches nobody, and the sender would wait for ever.
 */
@Catch(Refusal)
export class RefusalFilter implements ExceptionFilter<Refusal> {
  @Optional() @Inject(PAGE_GATE) private readonly pages: PageGate | undefined;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(REFUSALS) private readonly refusals: Refusals,
  ) {}

  catch(refusal: Refusal, host: ArgumentsHost): Observable<unknown> | undefined {
    this.refusals.log.answered(refusal);
    switch (host.getType<string>()) {
      case 'http':
        this.answer(refusal, host.switchToHttp());
        return undefined;
      case 'rpc':
        return rpcRefusal(refusal, host.getArgs(), this.refusals.isOfEvent(refusal));
      case 'ws':
        sendException(host.switchToWs().getClient(), messageOf(refusal));
        return undefined;
      default:
        // GraphQL and others: Nest itself throws on what no filter has answered, and the driver puts it into words.
        return undefined;
    }
  }

  private answer(refusal: Refusal, host: HttpArgumentsHost): void {
    const { httpAdapter } = this.host;
    const response = host.getResponse<unknown>();
    const raw = takenOverIn(response);
    if (raw === undefined && httpAdapter.isHeadersSent(response)) {
      httpAdapter.end(response);
      return;
    }
    const style = this.styleOf(refusal, host.getRequest());
    const body = BODIES[style](refusal);
    const type = TYPES[style];
    const fields = { ...refusal.headers(), ...(type !== undefined && { 'Content-Type': type }) };
    if (raw !== undefined) {
      writeWhole(raw, refusal.getStatus(), fields, body);
      return;
    }
    for (const [name, value] of Object.entries(fields)) {
      httpAdapter.setHeader(response, name, value);
    }
    httpAdapter.reply(response, body, refusal.getStatus());
  }

  /** Somebody who looks at a page is told in a sentence where a program would be told nothing. */
  private styleOf(refusal: Refusal, request: unknown): ErrorBody | 'sentence' {
    const style = refusal.bodyUnder(this.refusals.errorBody);
    return style === 'none' && this.pages?.isShown(request) === true ? 'sentence' : style;
  }
}

/** What the adapter would make of it, if it could still answer. */
function writeWhole(
  raw: NodeResponse,
  status: number,
  fields: Readonly<Record<string, string>>,
  body: string | object | undefined,
): void {
  if (typeof body === 'object') {
    raw.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...fields });
    raw.end(JSON.stringify(body));
    return;
  }
  raw.writeHead(status, fields);
  raw.end(body);
}

type HttpArgumentsHost = ReturnType<ArgumentsHost['switchToHttp']>;

const TYPES = {
  none: undefined,
  sentence: 'text/plain; charset=utf-8',
  problem: 'application/problem+json',
  nest: undefined,
} as const;

const BODIES = {
  none: () => undefined,
  sentence: ({ message }: Refusal) => `${message}\n`,
  problem: problemOf,
  nest: (refusal: Refusal) => refusal.getResponse(),
} as const;

/** Problem Details (RFC 9457): `type` is left out, so `title` is the status phrase; `code` is ours and stable. */
function problemOf(refusal: Refusal): string {
  const { title, message: detail, code } = refusal;
  return JSON.stringify({
    title,
    status: refusal.getStatus(),
    detail,
    code,
    ...refusal.details(),
  });
}
