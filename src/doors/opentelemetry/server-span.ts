import { context, createContextKey, trace, type Span } from '@opentelemetry/api';

/**
 * Where the instrumentation of HTTP notes its span, for others to write to: `getRPCMetadata` of `@opentelemetry/core`, which
 * is not needed for the key alone. Such keys are registered symbols.
 */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/**
 * The span of the request that is being answered. The active one may be a span inside of it: the instrumentation of Nest
 * makes one before guards run.
 */
export function serverSpan(): Span | undefined {
  const noted = context.active().getValue(RPC_METADATA) as { readonly span?: Span } | undefined;
  return noted?.span ?? trace.getActiveSpan();
}
