import { MqttRecord, RmqRecord } from '@nestjs/microservices';
import { withoutAuthorization } from './without-authorization.js';

type Put = (data: unknown) => unknown;

// Each makes a record of its own: a record that the application keeps and sends again would bear the caller's token.

export function withRmqHeader(authorization: string): Put {
  return (data) => {
    const [payload, options = {}] =
      data instanceof RmqRecord ? [data.data as unknown, data.options] : [data];
    const headers = {
      ...withoutAuthorization(options.headers),
      authorization,
    } as Record<string, string>;
    return new RmqRecord(payload, { ...options, headers });
  };
}

export function withUserProperty(authorization: string): Put {
  return (data) => {
    const [payload, options = {}] =
      data instanceof MqttRecord ? [data.data as unknown, data.options] : [data];
    const userProperties = {
      ...withoutAuthorization(options.properties?.userProperties),
      authorization,
    } as Record<string, string>;
    const properties = { ...options.properties, userProperties };
    return new MqttRecord(payload, { ...options, properties });
  };
}

export function withKafkaHeader(authorization: string): Put {
  return (data) => {
    const message: KafkaMessage = isKafkaMessage(data) ? data : { value: data };
    return { ...message, headers: { ...withoutAuthorization(message.headers), authorization } };
  };
}

interface KafkaMessage {
  readonly value?: unknown;
  readonly headers?: unknown;
}

/** As Nest tells messages from payloads. */
function isKafkaMessage(data: unknown): data is KafkaMessage {
  return typeof data === 'object' && data !== null && ('key' in data || 'value' in data);
}
