import { Catch, Inject, Optional, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { answerWhole } from '../transport/answer-whole.js';
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
    const style = this.styleOf(refusal, host.getRequest());
    const type = TYPES[style];
    answerWhole(this.host.httpAdapter, host.getResponse(), {
      status: refusal.getStatus(),
      fields: { ...refusal.headers(), ...(type !== undefined && { 'Content-Type': type }) },
      body: BODIES[style](refusal),
    });
  }

  /** Somebody who looks at a page is told in a sentence where a program would be told nothing. */
  private styleOf(refusal: Refusal, request: unknown): ErrorBody | 'sentence' {
    const style = refusal.bodyUnder(this.refusals.errorBody);
    return style === 'none' && this.pages?.isShown(request) === true ? 'sentence' : style;
  }
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
