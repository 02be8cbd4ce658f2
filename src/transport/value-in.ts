import type { ExecutionContext } from '@nestjs/common';
import { carrierOf, queryIn, urlOf, type HttpRequest } from './http-request.js';

/** Where a request may name something. */
export type RequestPlace = 'param' | 'query' | 'header';

/** The one text that an HTTP request has in a place; `undefined` when there is none, or more than one. */
export function valueIn(
  context: ExecutionContext,
  place: RequestPlace,
  name: string,
): string | undefined {
  const request = context.switchToHttp().getRequest<HttpRequest>();
  switch (place) {
    case 'param':
      return textOf((request.params as Readonly<Record<string, unknown>> | undefined)?.[name]);
    case 'query':
      return onlyOf(queryValues(carrierOf(request), name));
    case 'header':
      return headerOf(carrierOf(request), name.toLowerCase());
  }
}

/** `name[]=x` and its like make lists and objects of the name for some query parsers: then it names nothing. */
function queryValues(request: HttpRequest, name: string): readonly string[] {
  const query = queryIn(urlOf(request));
  const isListed = [...query.keys()].some((key) => key.startsWith(`${name}[`));
  return isListed ? [] : query.getAll(name);
}

/** Node joins repeated headers of most names with a comma, which no organisation id holds. */
function headerOf({ headers }: HttpRequest, name: string): string | undefined {
  return textOf(headers[name]);
}

function onlyOf(values: readonly string[]): string | undefined {
  return values.length === 1 ? textOf(values[0]) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
