import type { ExecutionContext } from '@nestjs/common';
import { fieldArgumentsOf, graphqlContextOf, graphqlSourceOf } from './graphql-request.js';
import { carrierOf, rawValues, urlsOf, type HttpRequest } from './http-request.js';
import { QueryParameter } from './query-parameter.js';

/** Where a request may name something. */
export type RequestPlace = 'param' | 'query' | 'header';

/** Names come from decorators: there are as many as somebody wrote. */
const parameters = new Map<string, QueryParameter>();

/**
 * The one text that a call has in a place; `undefined` when there is none, or more than one. It is read where the
 * handler reads it: whoever parses the URL a second time can be told another value. The parameters of a GraphQL field
 * are its arguments. Messages have no such places: their payload is nobody's word but the sender's.
 */
export function valueIn(
  context: ExecutionContext,
  place: RequestPlace,
  name: string,
): string | undefined {
  // A context made by hand, as in a unit test of somebody's own, is one of HTTP.
  const { getType } = context as Partial<ExecutionContext>;
  switch (getType === undefined ? 'http' : context.getType<string>()) {
    case 'http':
      return valueOf(context.switchToHttp().getRequest<HttpRequest>(), place, name);
    case 'graphql':
      return valueOfField(context.getArgs(), place, name);
    default:
      return undefined;
  }
}

/** Operations over one socket share the request that opened it: its headers and query say nothing about this one. */
function valueOfField(
  args: readonly unknown[],
  place: RequestPlace,
  name: string,
): string | undefined {
  if (place === 'param') return ownText(fieldArgumentsOf(args), name);
  const source = graphqlSourceOf(graphqlContextOf(args));
  return source.kind === 'http' ? valueOf(source.request, place, name) : undefined;
}

function valueOf(request: HttpRequest, place: RequestPlace, name: string): string | undefined {
  switch (place) {
    case 'param':
      return ownText(request.params, name);
    case 'query':
      return queryValue(request, name);
    case 'header':
      return headerValue(request, name.toLowerCase());
  }
}

/** A URL that names it otherwise, or more than once, may mean something else to other readers: then it names nothing. */
function queryValue(request: HttpRequest, name: string): string | undefined {
  const value = ownText(request.query, name);
  if (value === undefined) return undefined;
  const parameter = parameterOf(name);
  const isAgreed = urlsOf(request).every((url) => {
    const [first = value, ...more] = parameter.valuesIn(url);
    return first === value && more.length === 0;
  });
  return isAgreed ? value : undefined;
}

function parameterOf(name: string): QueryParameter {
  const known = parameters.get(name) ?? new QueryParameter(name);
  parameters.set(name, known);
  return known;
}

/** Node joins repeated headers of most names with a comma, and keeps the first of some. */
function headerValue(request: HttpRequest, name: string): string | undefined {
  const isRepeated = rawValues(carrierOf(request), name).length > 1;
  return isRepeated ? undefined : ownText(request.headers, name);
}

/** A property of its own with a text: no inherited one, no list, and no getter that may say something else next time. */
function ownText(source: unknown, name: string): string | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(source, name)?.value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
