import { Controller, Inject, Post, Req, Res, SetMetadata, type Type } from '@nestjs/common';
import { Public } from '../../access/public.js';
import { RAW_BYTES } from '../../transport/keep-raw-bytes.js';
import { WebhookEndpoint, type EndpointRequest } from './webhook-endpoint.js';
import { areDecorators, type DeclaredWebhookRoute } from './webhook-route.js';

/** Where Nest's adapter for Fastify looks for the configuration of a route: the package itself is not loaded. */
const FASTIFY_ROUTE_CONFIG = '__fastify_route_config__';

/** A controller for one endpoint, a new class each time: a path is written on the class. */
export function webhookControllerAt({ path, decorators, mark }: DeclaredWebhookRoute): Type {
  @Controller(path)
  @Public()
  class ClerkWebhookController {
    constructor(@Inject(WebhookEndpoint) private readonly endpoint: WebhookEndpoint) {}

    @Post()
    @SetMetadata(FASTIFY_ROUTE_CONFIG, { [RAW_BYTES]: mark })
    async receive(@Req() request: EndpointRequest, @Res() response: object): Promise<void> {
      await this.endpoint.answer(request, response);
    }
  }
  for (const decorate of areDecorators(decorators) ? decorators : []) {
    decorate(ClerkWebhookController);
  }
  return ClerkWebhookController;
}
