import { delimiter, isAbsolute, join } from 'node:path';
import { isProgram } from '../../support/is-program.mjs';

/** What must be installed, by the name of the transport: Debian's packages bear the names of the programs. */
const PROGRAMS = {
  Redis: ['redis-server'],
  NATS: ['nats-server'],
  // The one on Debian's PATH changes its user and its folder.
  RabbitMQ: ['/usr/lib/rabbitmq/bin/rabbitmq-server', 'rabbitmq-server'],
  // kcat holds a broker of its own, for tests.
  Kafka: ['kcat', 'kafkacat'],
  MQTT: ['mosquitto'],
};

/** @typedef {keyof typeof PROGRAMS} BrokerName */

export const BROKER_NAMES = /** @type {BrokerName[]} */ (Object.keys(PROGRAMS));

/**
 * The program of a broker; `undefined` where it is not installed. Debian keeps those of servers in /usr/sbin.
 *
 * @param {BrokerName} broker
 * @returns {string | undefined}
 */
export function findBroker(broker) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return PROGRAMS[broker]
    .flatMap((name) => (isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))))
    .find(isProgram);
}

/** Whether the tests are to fail without a broker, as they do in `.ci/run`. Else they are passed over. */
export function areBrokersRequired() {
  return process.env.CI_BROKERS === 'required';
}
