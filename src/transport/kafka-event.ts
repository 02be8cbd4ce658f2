import type { Fields } from './fields.js';

/**
 * Whether a message came through Kafka and nobody waits for an answer to it.
 *
 * @param isEvent whether it is handled as an event: whoever sends one may name a place for an answer all the same
 */
export function isKafkaEvent(context: unknown, isEvent: boolean): boolean {
  const { getTopic, getConsumer, getMessage } = Object(context) as Fields;
  const isKafka =
    typeof getTopic === 'function' &&
    typeof getConsumer === 'function' &&
    typeof getMessage === 'function';
  if (!isKafka || isEvent) return isKafka;
  const { headers } = Object(getMessage.call(context)) as Fields;
  // Nest's names for where an answer goes; it answers nothing where one is missing or empty.
  const { kafka_correlationId: correlationId, kafka_replyTopic: replyTopic } = Object(
    headers,
  ) as Fields;
  return !correlationId || !replyTopic;
}
