import type { ClientProxy } from '@nestjs/microservices';

/** What messages are sent with. */
export type CallingClient = Pick<ClientProxy, 'send' | 'emit'>;
