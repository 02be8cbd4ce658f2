/**
 * An expected refusal says why in its code. The stack would only show Nest, and collecting it costs more than all the
 * rest of refusing: whoever floods an API with requests should not be helped.
 */
export function withoutStack<Made extends Error>(make: () => Made): Made {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
