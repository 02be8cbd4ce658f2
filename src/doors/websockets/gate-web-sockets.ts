import { Logger } from '@nestjs/common';
import { messageOf } from '../../access/refusal-message.js';
import type { Refusal } from '../../access/refusal.js';
import { webSocketConnection, type WebSocketClient } from '../../transport/gateway-connection.js';
import { readWebSocketUpgrade } from '../../transport/handshake-request.js';
import type { HttpRequest } from '../../transport/http-request.js';
import type { Admission, GatedServer } from './gated-server.js';

interface UpgradeInfo {
  readonly req: HttpRequest & { readonly socket?: { destroy(): void } };
}

/** Says whether a client is verified, and how the upgrade is answered otherwise. */
type Verdict = (
  verified: boolean,
  code?: number,
  body?: string,
  headers?: Readonly<Record<string, string>>,
) => void;

/** Of the package `ws`: with two parameters it answers by the second, with one it returns. */
type VerifyClient = (info: UpgradeInfo, answer: Verdict) => unknown;

/** As much of a server of the package `ws` as is used here. */
export interface WebSocketServerLike {
  readonly options: { verifyClient?: VerifyClient | null | undefined };
  prependListener(
    event: 'connection',
    listener: (client: WebSocketClient, request: object) => void,
  ): unknown;
}

const logger = new Logger('ClerkModule');

/**
 * Answers upgrades to a server of the package `ws`. It reads its option at each upgrade, so that the gate can come after
 * the server, and in front of a `verifyClient` of the application.
 */
export function gateWebSockets(server: WebSocketServerLike, gated: GatedServer): void {
  const { options } = server;
  const { verifyClient } = options;
  const admissions = new WeakMap<object, Admission>();
  // With two parameters, or `ws` would not wait.
  options.verifyClient = (info, answer): void => {
    const admit = (admission: Admission): void => {
      admissions.set(info.req, admission);
      askOwn(verifyClient?.bind(options), info, answer);
    };
    gated
      .knock(readWebSocketUpgrade(info.req))
      .then((knock) => {
        if (knock.kind === 'in') admit(knock.admission);
        else if (knock.kind === 'out') refuse(knock.refusal, answer);
        else answer(false, 500);
      })
      .catch((error: unknown) => {
        // A listener of the application has thrown. Nobody else hears it, and the process would end.
        logger.error(error);
        info.req.socket?.destroy();
      });
  };
  // Before Nest, whose handleConnection may ask for the session.
  server.prependListener('connection', (client, request) => {
    const admission = admissions.get(request);
    admissions.delete(request);
    if (admission === undefined) client.close(4401, 'session_required');
    else gated.letIn(webSocketConnection(client), admission);
  });
}

function refuse(refusal: Refusal, answer: Verdict): void {
  const body = JSON.stringify(messageOf(refusal));
  const headers = { ...refusal.headers(), 'Content-Type': 'application/json' };
  answer(false, refusal.getStatus(), body, headers);
}

function askOwn(verifyClient: VerifyClient | undefined, info: UpgradeInfo, answer: Verdict): void {
  if (verifyClient === undefined) answer(true);
  else if (verifyClient.length === 2) verifyClient(info, answer);
  else answer(Boolean(verifyClient(info, answer)), 401);
}
