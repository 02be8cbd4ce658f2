import { authorizationIn } from './explicit-credentials.js';
import { isObject, type Fields } from './fields.js';
import { carrierOf, isHttpRequest, readHttpRequest, type HttpRequest } from './http-request.js';
import type { IncomingRequest } from './incoming-request.js';
import { readUpgrade } from './upgrade-request.js';

/** Where a GraphQL operation came from. */
export type GraphqlSource =
  | { readonly kind: 'http'; readonly request: HttpRequest }
  | GraphqlSocket
  /** Nothing that can be read; `problem` says what was found. */
  | { readonly kind: 'unreadable'; readonly problem: string };

/** An operation over a WebSocket. */
export interface GraphqlSocket {
  readonly kind: 'socket';
  /** Lives as long as the connection does. */
  readonly key: object;
  /** The request that opened the connection. */
  readonly upgrade: HttpRequest;
  /** What the client wrote into `connection_init`. */
  readonly params: unknown;
  /** The WebSocket, where the driver hands it out. */
  readonly socket: object | undefined;
}

const SHARED =
  'its GraphQL context belongs to another request: the option "context" must make a new object for each request';

/** The GraphQL context among a resolver's arguments. References have no `args` of their own. */
export function graphqlContextOf(args: readonly unknown[]): unknown {
  return args.length === 3 ? args[1] : args[2];
}

/** The arguments of a field; `undefined` where there can be none. */
export function fieldArgumentsOf(args: readonly unknown[]): unknown {
  return args.length === 3 ? undefined : args[1];
}

/** The operation that a field belongs to, as it was parsed; `undefined` where the driver does not say. */
export function operationOf(args: readonly unknown[]): object | undefined {
  const info = args.at(-1);
  return isObject(info) && isObject(info.operation) ? info.operation : undefined;
}

/**
 * Tells by its shape what a driver put into the GraphQL context: no driver is imported.
 *
 * @param operation left out, nobody looks whether the context belongs to another one
 */
export function graphqlSourceOf(context: unknown, operation?: object): GraphqlSource {
  if (!isObject(context)) return unreadable('its GraphQL context is no object');
  const { req, request } = context;
  const replied = isObject(context.reply) ? context.reply.request : undefined;
  const source =
    mercuriusSocket(context, replied ?? request) ??
    graphqlWsSocket(req) ??
    graphqlWsSocket(context) ??
    overHttp(context, req, replied, request);
  return source.kind === 'socket' && isOfAnother(context, operation) ? unreadable(SHARED) : source;
}

/** The operation over a socket that each GraphQL context came with first. */
const operationsOf = new WeakMap<object, object>();

/** Over a socket nothing else tells a shared context: its request may be the first caller's, or the last one's. */
function isOfAnother(context: object, operation: object | undefined): boolean {
  if (operation === undefined) return false;
  const first = operationsOf.get(context);
  if (first === undefined) operationsOf.set(context, operation);
  return first !== undefined && first !== operation;
}

/**
 * The request of one operation.
 *
 * @param context lives as long as the operation does
 */
export function readGraphqlRequest(
  source: Exclude<GraphqlSource, { readonly kind: 'unreadable' }>,
  context: object,
): IncomingRequest {
  return source.kind === 'http'
    ? readHttpRequest(source.request)
    : new IncomingOperation(context, source);
}

class IncomingOperation implements IncomingRequest {
  readonly lasting = false;

  constructor(
    readonly carrier: object,
    private readonly source: GraphqlSocket,
  ) {}

  get socket(): object {
    return this.source.key;
  }

  get authorization(): readonly string[] {
    const { params, upgrade } = this.source;
    return [...authorizationIn(params), ...readUpgrade(upgrade).authorization];
  }

  get cookie(): string | undefined {
    return readUpgrade(this.source.upgrade).cookie;
  }

  get askedSessionIds(): readonly string[] {
    return readUpgrade(this.source.upgrade).askedSessionIds;
  }

  get sender(): IncomingRequest['sender'] {
    return readUpgrade(this.source.upgrade).sender;
  }
}

/** Mercurius notes `connection_init` on the context of every operation, also when the client sent none. */
function mercuriusSocket(context: Fields, request: unknown): GraphqlSource | undefined {
  if (!Object.hasOwn(context, '_connectionInit')) return undefined;
  if (!isHttpRequest(request)) return unreadable('its GraphQL context holds no request');
  const upgrade = carrierOf(request);
  const socket = (upgrade as { readonly socket?: unknown }).socket;
  return {
    kind: 'socket',
    key: upgrade,
    upgrade,
    params: context._connectionInit,
    socket: isObject(socket) ? socket : undefined,
  };
}

/** The context of graphql-ws, which Apollo and Yoga hand on. */
function graphqlWsSocket(value: unknown): GraphqlSource | undefined {
  if (!isObject(value) || !isObject(value.extra)) return undefined;
  const { request, socket } = value.extra;
  if (!isHttpRequest(request) || !isObject(socket)) return undefined;
  return {
    kind: 'socket',
    key: socket,
    upgrade: request,
    params: value.connectionParams,
    socket,
  };
}

/** Apollo and Yoga hand on `req`, Mercurius `reply.request` as well: then both must be the same. */
function overHttp(context: Fields, req: unknown, replied: unknown, other: unknown): GraphqlSource {
  const request = firstRequest(req, replied, other);
  if (request === undefined) return unreadable('its GraphQL context holds no request');
  const carrier = carrierOf(request);
  if (opensSocket(carrier)) return upgradedSocket(carrier);
  const isOthers = isHttpRequest(replied) && carrierOf(replied) !== carrier;
  return isOthers || isOneTooMany(context, carrier, request)
    ? unreadable(SHARED)
    : { kind: 'http', request };
}

/** Asked for each field of an operation: no list is made for it. */
function firstRequest(one: unknown, two: unknown, three: unknown): HttpRequest | undefined {
  if (isHttpRequest(one)) return one;
  if (isHttpRequest(two)) return two;
  return isHttpRequest(three) ? three : undefined;
}

/** A `context` option may hand on the request that opened the socket, and nothing else of it. */
function opensSocket({ method, headers }: HttpRequest): boolean {
  const { upgrade } = headers as { readonly upgrade?: unknown };
  return method === 'GET' && typeof upgrade === 'string' && upgrade.toLowerCase() === 'websocket';
}

function upgradedSocket(upgrade: HttpRequest): GraphqlSocket {
  const { socket } = upgrade as { readonly socket?: unknown };
  return {
    kind: 'socket',
    key: upgrade,
    upgrade,
    params: undefined,
    socket: isObject(socket) ? socket : undefined,
  };
}

/** The GraphQL contexts that each request came with. */
const contextsOf = new WeakMap<object, object | Set<object>>();

/**
 * Apollo on Nest 11 writes `req` into a shared context once and copies that for every operation. The first caller's
 * request then comes again with a second context, which only a batch has.
 */
function isOneTooMany(context: object, carrier: object, request: HttpRequest): boolean {
  const known = contextsOf.get(carrier);
  if (known === context) return false;
  if (known === undefined) {
    contextsOf.set(carrier, context);
    return false;
  }
  const contexts = known instanceof Set ? known : new Set([known]);
  if (contexts.has(context)) return false;
  const { body } = request as { readonly body?: unknown };
  if (contexts.size >= (Array.isArray(body) ? body.length : 1)) return true;
  contextsOf.set(carrier, contexts.add(context));
  return false;
}

function unreadable(problem: string): GraphqlSource {
  return { kind: 'unreadable', problem };
}
