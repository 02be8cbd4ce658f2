import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Inject, Req, Res, type RawBodyRequest } from '@nestjs/common';
import { forward } from './forward.js';
import { LOCAL_CLERK_PATH } from './local-front-end.js';

export const LOCAL_CLERK_URL = Symbol('LOCAL_CLERK_URL');

/** Leads to LocalClerk, for callers on this machine alone: it signs anybody in. */
@Controller(LOCAL_CLERK_PATH)
export class LocalClerkController {
  constructor(@Inject(LOCAL_CLERK_URL) private readonly url: string) {}

  @All('*path')
  forward(@Req() request: RawBodyRequest<IncomingMessage>, @Res() response: ServerResponse): void {
    if (!isFromHere(request)) {
      response.writeHead(403).end();
      return;
    }
    const path = request.url?.slice(LOCAL_CLERK_PATH.length) ?? '/';
    forward(request, { url: this.url, path }, response);
  }
}

/** What listens for both kinds of addresses sees IPv4 written as IPv6. */
function isFromHere({ socket }: IncomingMessage): boolean {
  return /^(?:::1|(?:::ffff:)?127\..+)$/.test(socket.remoteAddress ?? '');
}
