import type { Fields } from '../http/asked.js';
import { json, notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get, post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import type { Instance } from '../instance.js';
import type { Delivery } from '../webhooks/delivery.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import { answerWith } from './answer-with.js';
import { textIn, wordsIn } from './read-field.js';

/** What a developer asks with curl about webhooks. */
export function webhookRoutes({ webhooks }: Instance): readonly Route[] {
  return [
    post('/_local/webhooks', (fields) => answerEndpoint(fields, webhooks)),
    get('/_local/webhooks', () => json(200, { deliveries: webhooks.deliveries.map(told) })),
    post('/_local/webhooks/:id/resend', (_, id) => answerResend(id, webhooks)),
  ];
}

function answerEndpoint(fields: Fields, webhooks: WebhookSender): Answer {
  return answerWith(() => {
    const wishes = { events: wordsIn(fields, 'events'), secret: textIn(fields, 'secret') };
    const { url, secret } = webhooks.to(textIn(fields, 'url') ?? '', wishes);
    return { url, secret };
  });
}

/** To every endpoint that had it; what comes of it stands in the list later. */
function answerResend(id: string | undefined, webhooks: WebhookSender): Answer {
  const first = webhooks.deliveries.filter((one) => one.id === id && one.attempt === 1);
  if (first.length === 0) return notFound('Delivery');
  for (const delivery of first) void webhooks.resend(delivery);
  return json(200, { id, resent: first.length });
}

/** Without the headers, which hold signatures. */
function told({ id, type, url, attempt, at, status, answer }: Delivery): object {
  return { id, type, url, attempt, at, status, answer };
}
