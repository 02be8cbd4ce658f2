import type { ModulesContainer } from '@nestjs/core';

/** Where `GraphQLModule` keeps its options, on 11 and 12. */
const OPTIONS = 'GqlModuleOptions';

interface GraphqlOptions {
  readonly context?: unknown;
  readonly fieldResolverEnhancers?: unknown;
}

function graphqlOptionsIn(modules: ModulesContainer): readonly GraphqlOptions[] {
  return [...modules.values()].flatMap(({ providers }) => {
    const options: unknown = providers.get(OPTIONS)?.instance;
    return typeof options === 'object' && options !== null ? [options] : [];
  });
}

/** Whether guards run before fields: every GraphQL module of the application must say so. */
export function areFieldsGuarded(modules: ModulesContainer): boolean {
  return graphqlOptionsIn(modules).every(
    ({ fieldResolverEnhancers: enhancers }) =>
      Array.isArray(enhancers) && enhancers.includes('guards'),
  );
}

/**
 * What is wrong with a GraphQL context that is one object for everybody: drivers write the first caller's request into
 * it, and everybody after them would be signed in as that caller.
 */
export function sharedContextsIn(modules: ModulesContainer): readonly string[] {
  const isShared = graphqlOptionsIn(modules).some(
    ({ context }) => typeof context === 'object' && context !== null,
  );
  return isShared
    ? [
        'GraphQLModule has an object as context, which all requests would share: the first caller would be everybody. ' +
          'Write a function that makes a new one, such as context: ({ req }) => ({ req }).',
      ]
    : [];
}
