import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { rawBodyOf } from '../../transport/raw-body.js';
import { Deliveries } from './deliveries.js';
import type { WebhookHeaders } from './signed-headers.js';
import { DELIVERIES } from './tokens.js';
import { refusedDelivery, type WebhookAnswer } from './webhook-answer.js';

/** What Express and Fastify call a request, as far as it is looked at. */
export interface EndpointRequest {
  readonly headers: WebhookHeaders;
}

/**
 * Answers deliveries over HTTP, through the adapter itself: what a handler throws must not meet a filter of the
 * application that answers 200, or the event would be lost.
 */
@Injectable()
export class WebhookEndpoint {
  constructor(
    @Inject(DELIVERIES) private readonly deliveries: Deliveries,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  async answer(request: EndpointRequest, response: unknown): Promise<void> {
    this.reply(response, await answerTo(this.deliveries, request));
  }

  private reply(response: unknown, answer: WebhookAnswer): void {
    const { httpAdapter } = this.host;
    // Somebody else was quicker: an interceptor that answers when a request takes too long.
    if (httpAdapter.isHeadersSent(response)) return;
    for (const [name, value] of headersOf(answer)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, bodyOf(answer), answer.status);
  }
}

/** Before Nest has the request: nothing but Node's own response can be answered through. */
export async function answerBeforeNest(
  deliveries: Deliveries,
  request: EndpointRequest,
  response: ServerResponse,
): Promise<void> {
  const answer = await answerTo(deliveries, request);
  for (const [name, value] of headersOf(answer)) response.setHeader(name, value);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.writeHead(answer.status).end(JSON.stringify(bodyOf(answer)));
}

async function answerTo(deliveries: Deliveries, request: EndpointRequest): Promise<WebhookAnswer> {
  try {
    return await deliveries.answer(request.headers, rawBodyOf(request));
  } catch (reason) {
    deliveries.log.broke(reason);
    return refusedDelivery('webhook_handler_failed');
  }
}

function headersOf(answer: WebhookAnswer): readonly (readonly [string, string])[] {
  return answer.status !== 200 && answer.retryAfter !== undefined
    ? [['Retry-After', String(answer.retryAfter)]]
    : [];
}

function bodyOf(answer: WebhookAnswer): object {
  if (answer.status === 200) return { outcome: answer.outcome, handlers: answer.handlers };
  return { code: answer.code, message: answer.message };
}
