import { Logger, type Type } from '@nestjs/common';
import type { ConnectionGate } from '../../access/connection-gate.js';
import { messageOf, type RefusalMessage } from '../../access/refusal-message.js';
import type { Refusal } from '../../access/refusal.js';
import type { Authentication } from '../../session/authentication.js';
import { callerIn } from '../../session/caller-in.js';
import type { Session } from '../../session/session.js';
import type { Connection } from '../../transport/connection.js';
import type { Farewell } from '../../transport/gateway-connection.js';
import type { IncomingRequest } from '../../transport/incoming-request.js';

/** A gateway, and the gate of the Clerk instance in its reach. */
export interface GatedGateway {
  readonly gateway: object;
  readonly gate: ConnectionGate;
}

/** For whom a connection is let in, by each gate that was asked. */
export type Admission = ReadonlyMap<ConnectionGate, Authentication>;

/** What comes of a knock at a server. */
export type Answer =
  | { readonly kind: 'in'; readonly admission: Admission }
  | { readonly kind: 'out'; readonly refusal: Refusal }
  /** Nobody can tell, through no fault of the client's. */
  | { readonly kind: 'broken' };

/** What a client is told that asked to renew. */
export type Renewed = { readonly endsAt: number | undefined } | RefusalMessage;

interface Renewing {
  onSessionRenewed?(client: object, session: Session): unknown;
}

const logger = new Logger('ClerkModule');

/** One server, or one namespace of it, behind which there may be several gateways: the demands of each must be met. */
export class GatedServer {
  private readonly gateways: GatedGateway[] = [];
  private isClosed = false;

  add(gated: GatedGateway): void {
    this.gateways.push(gated);
  }

  /** Refuses everybody from now on: something is wrong that will stop the boot. */
  shut(): void {
    this.isClosed = true;
  }

  /** Never rejects. */
  async knock(request: IncomingRequest): Promise<Answer> {
    if (this.isClosed) return { kind: 'broken' };
    try {
      return await this.ask(request);
    } catch (error) {
      logger.error(error);
      return { kind: 'broken' };
    }
  }

  letIn(connection: Connection, admission: Admission): void {
    for (const [gate, authentication] of admission) gate.letIn(connection, authentication);
  }

  /** The words in which a client is told why its connection ends. */
  readonly farewell: Farewell = (reason) => {
    const [first] = this.gateways;
    return first === undefined ? { status: 'error', code: reason } : first.gate.farewell(reason);
  };

  /** Every gateway of a server subscribes to the renewal: the first of them answers. */
  isAnsweredBy(gateway: object): boolean {
    return this.gateways[0]?.gateway === gateway;
  }

  /** Each gate knows the sessions of its own Clerk instance. */
  async renew(client: object, token: unknown): Promise<Renewed> {
    let refusal: Refusal | undefined;
    for (const gate of new Set(this.gateways.map((gated) => gated.gate))) {
      const theirs = this.gateways.filter((gated) => gated.gate === gate);
      const renewal = await gate.renew(theirs.map(classOf), client, token);
      if (renewal.kind === 'renewed') {
        await Promise.all(theirs.map(({ gateway }) => tell(gateway, client, renewal.session)));
        return { endsAt: renewal.endsAt };
      }
      refusal = renewal.refusal;
    }
    if (refusal === undefined) throw new Error('A server without gateways cannot be asked.');
    return messageOf(refusal);
  }

  private async ask(request: IncomingRequest): Promise<Answer> {
    const admission = new Map<ConnectionGate, Authentication>();
    for (const gated of this.gateways) {
      const knock = await gated.gate.knock(classOf(gated), request);
      if (knock.kind === 'out') return knock;
      // A gateway that takes no machines sees none in a machine: another one's word about the same client counts more.
      const known = admission.get(gated.gate);
      if (callerIn(known) === null) admission.set(gated.gate, knock.authentication);
    }
    return { kind: 'in', admission };
  }
}

function classOf({ gateway }: GatedGateway): Type {
  return gateway.constructor as Type;
}

/** What the application does about it cannot undo the renewal. */
async function tell(gateway: Renewing, client: object, session: Session): Promise<void> {
  try {
    await gateway.onSessionRenewed?.(client, session);
  } catch (error) {
    logger.error(error);
  }
}
