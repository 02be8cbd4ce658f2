import type { Type } from '@nestjs/common';
import { SESSION_REQUIRED } from '../policy/access-rule.js';
import { decide } from '../policy/decide.js';
import type { Authentication } from '../session/authentication.js';
import { markAdmitted } from '../session/request-slot.js';
import type { Session } from '../session/session.js';
import { callerIdOf, sessionIdOf, type Standing } from '../session/standing.js';
import type { Connection, EndReason } from '../transport/connection.js';
import { bearerOf } from '../transport/explicit-credentials.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import { gatewayRuleOf, type GatewayRule } from './gateway-rule.js';
import type { GuardParts } from './guard-parts.js';
import { messageOf, type RefusalMessage } from './refusal-message.js';
import type { Refusal } from './refusal.js';
import { toldRefusal } from './tell-refusal.js';

/** What comes of a knock. */
export type Knock =
  | { readonly kind: 'in'; readonly authentication: Authentication }
  | { readonly kind: 'out'; readonly refusal: Refusal };

/** What comes of a renewal: when the new token ends, or why it does not count. */
export type Renewal =
  | { readonly kind: 'renewed'; readonly session: Session; readonly endsAt: number | undefined }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** How many renewals of one socket may wait for the one that is being checked. */
const MOST_WAITING = 16;

interface Queue {
  last: Promise<unknown>;
  waiting: number;
}

/** Stands before the connections of gateways: lets them in, holds them, and takes later tokens of the same session. */
export class ConnectionGate {
  private readonly rules = new WeakMap<Type, GatewayRule>();
  private readonly queues = new WeakMap<object, Queue>();

  constructor(private readonly parts: GuardParts) {}

  /**
   * May this connection be opened?
   *
   * @param request the one that opens it, with the credentials that the client sent along
   */
  async knock(gateway: Type, request: IncomingRequest): Promise<Knock> {
    const { rule, live, accepted } = this.ruleOf(gateway);
    const authentication = await this.parts.authenticator.authenticate(request, live, accepted);
    const machinesOnly = !accepted.includes('session_token');
    const decision = decide(rule, authentication, { machinesOnly });
    switch (decision.kind) {
      case 'pass':
        return { kind: 'in', authentication };
      case 'pass_unchecked':
        this.parts.outages.warn(decision.reason);
        return { kind: 'in', authentication };
      default: {
        const refusal = this.parts.refusals.atConnection(gateway.name, decision);
        return {
          kind: 'out',
          refusal: toldRefusal(refusal, gateway.name, request, authentication),
        };
      }
    }
  }

  /** Notes on an open connection for whom it was let in, and holds it for as long as that lasts. */
  letIn(connection: Connection, authentication: Authentication): void {
    const standing = this.parts.standings.letIn(connection.key, authentication);
    markAdmitted(connection.key, this.parts.authenticator, authentication);
    if (callerIdOf(standing) !== undefined) this.parts.lifelines.hold(connection, standing);
  }

  /**
   * Takes a later token of the same session, which must still meet what each gateway demands. A refused one changes
   * nothing. Those of one socket are checked one after the other.
   *
   * @param gateways that the connection leads to
   * @param key of the connection
   * @param token as the client sent it: anything
   */
  async renew(gateways: readonly Type[], key: object, token: unknown): Promise<Renewal> {
    const queue = this.queues.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= MOST_WAITING)
      return this.refuse({ kind: 'denied', code: 'access_denied' });
    this.queues.set(key, queue);
    queue.waiting += 1;
    const renewal = queue.last.then(() => this.check(gateways, key, token));
    queue.last = renewal.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await renewal;
    } finally {
      queue.waiting -= 1;
    }
  }

  /** The words in which a client is told why its connection ends. */
  farewell(code: EndReason): RefusalMessage {
    return messageOf(this.parts.refusals.unauthenticated(code));
  }

  private async check(gateways: readonly Type[], key: object, token: unknown): Promise<Renewal> {
    const request = requestOf(token, key);
    let proved: Authentication | undefined;
    for (const gateway of gateways) {
      const { rule, live, accepted } = this.ruleOf(gateway);
      proved = await this.parts.authenticator.authenticate(request, live, accepted);
      // Also for an open gateway: who renews a session must prove one.
      const decision = decide(rule.kind === 'required' ? rule : SESSION_REQUIRED, proved, {});
      if (decision.kind === 'pass') continue;
      return decision.kind === 'pass_unchecked'
        ? this.refuse({ kind: 'unavailable', reason: decision.reason })
        : this.refuse(decision);
    }
    const standing = this.parts.standings.find(key);
    if (proved?.kind !== 'authenticated' || !isOf(standing, proved.session)) {
      return this.refuse({ kind: 'unauthenticated', code: 'session_mismatch' });
    }
    this.parts.standings.renew(standing, proved);
    markAdmitted(key, this.parts.authenticator, proved);
    this.parts.lifelines.renewed(key);
    return { kind: 'renewed', session: proved.session, endsAt: standing.until };
  }

  private refuse(denied: Parameters<GuardParts['refusals']['for']>[0]): Renewal {
    return { kind: 'refused', refusal: this.parts.refusals.for(denied) };
  }

  private ruleOf(gateway: Type): GatewayRule {
    const known = this.rules.get(gateway);
    if (known !== undefined) return known;
    const rule = gatewayRuleOf(gateway);
    this.rules.set(gateway, rule);
    return rule;
  }
}

function isOf(standing: Standing | undefined, session: Session): standing is Standing {
  return standing !== undefined && sessionIdOf(standing) === session.id;
}

/** A token by itself. It has a carrier of its own, so that nothing about it is kept on the socket. */
function requestOf(token: unknown, key: object): IncomingRequest {
  return {
    carrier: {},
    origin: key,
    lasting: false,
    socket: undefined,
    authorization: typeof token === 'string' ? bearerOf(token) : bearerOf(null),
    cookie: undefined,
    askedSessionIds: [],
    sender: undefined,
  };
}
