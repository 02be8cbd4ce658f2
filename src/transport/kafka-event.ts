type Loose = Readonly<Record<string, unknown>>;

/** Whether a message came through Kafka and nobody waits for an answer to it. */
export function isKafkaEvent(context: unknown): boolean {
  const { getTopic, getConsumer, getMessage } = Object(context) as Loose;
  const isKafka =
    typeof getTopic === 'function' &&
    typeof getConsumer === 'function' &&
    typeof getMessage === 'function';
  if (!isKafka) return false;
  const { headers } = Object(getMessage.call(context)) as Loose;
  // Nest's names for where an answer goes; it answers nothing without both.
  const { kafka_correlationId: correlationId, kafka_replyTopic: replyTopic } = Object(
    headers,
  ) as Loose;
  return correlationId === undefined || replyTopic === undefined;
}
