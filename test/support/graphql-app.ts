import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { DynamicModule, INestApplication, Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { AuthGuard, ClerkModule, type ClerkOptions } from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { AccountResolver } from './graphql-resolvers.js';
import { startApp, type Adapter, type AppParts } from './start-app.js';

export interface Driver {
  readonly name: string;
  readonly adapter: Adapter;
  readonly module: (options: GraphqlOptions) => DynamicModule;
}

/** What the tests set on every driver. */
interface GraphqlOptions {
  readonly context?: (...args: unknown[]) => object;
  readonly formatError?: ApolloDriverConfig['formatError'];
}

const COMMON = { autoSchemaFile: true, fieldResolverEnhancers: ['guards'] } as const;

const apollo = ({ formatError, ...options }: GraphqlOptions): DynamicModule =>
  GraphQLModule.forRoot<ApolloDriverConfig>({
    ...COMMON,
    fieldResolverEnhancers: [...COMMON.fieldResolverEnhancers],
    driver: ApolloDriver,
    allowBatchedHttpRequests: true,
    includeStacktraceInErrorResponses: false,
    graphiql: false,
    subscriptions: { 'graphql-ws': true },
    ...(formatError === undefined ? {} : { formatError }),
    ...options,
  });

const mercurius = ({ context }: GraphqlOptions): DynamicModule =>
  GraphQLModule.forRoot<MercuriusDriverConfig>({
    ...COMMON,
    fieldResolverEnhancers: [...COMMON.fieldResolverEnhancers],
    driver: MercuriusDriver,
    allowBatchedQueries: true,
    subscription: { fullWsTransport: true },
    ...(context === undefined ? {} : { context }),
  });

export const DRIVERS: readonly Driver[] = [
  { name: 'Apollo on Express', adapter: 'express', module: apollo },
  { name: 'Apollo on Fastify', adapter: 'fastify', module: apollo },
  { name: 'Mercurius on Fastify', adapter: 'fastify', module: mercurius },
];

export interface GraphqlParts {
  readonly clerk: LocalClerk;
  readonly options?: ClerkOptions;
  readonly graphql?: GraphqlOptions;
  readonly providers?: readonly Provider[];
  readonly now?: AppParts['now'];
  readonly timer?: AppParts['timer'];
  readonly prepare?: AppParts['prepare'];
}

/** An application of GraphQL alone, with the guard before every field. */
export function startGraphql(driver: Driver, parts: GraphqlParts): Promise<INestApplication> {
  const { clerk, options, graphql = {}, providers = [], now, timer, prepare } = parts;
  return startApp(driver.adapter, {
    imports: [ClerkModule.forRoot({ ...clerk.options(), ...options }), driver.module(graphql)],
    providers: [{ provide: APP_GUARD, useExisting: AuthGuard }, AccountResolver, ...providers],
    ...(now === undefined ? {} : { now }),
    ...(timer === undefined ? {} : { timer }),
    ...(prepare === undefined ? {} : { prepare }),
  });
}

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphqlError[];
}

export type Headers = Readonly<Record<string, string>>;

/** One HTTP request with one operation. */
export async function askGraphql(
  app: INestApplication,
  query: string,
  headers: Headers = {},
): Promise<GraphqlAnswer & { readonly status: number }> {
  const response = await post(app, { query }, headers);
  return { status: response.status, ...((await response.json()) as GraphqlAnswer) };
}

/** One HTTP request with several operations. */
export async function askBatch(
  app: INestApplication,
  queries: readonly string[],
  headers: Headers = {},
): Promise<readonly GraphqlAnswer[]> {
  const response = await post(
    app,
    queries.map((query) => ({ query })),
    headers,
  );
  return (await response.json()) as readonly GraphqlAnswer[];
}

async function post(app: INestApplication, body: unknown, headers: Headers): Promise<Response> {
  return fetch(`${await app.getUrl()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
