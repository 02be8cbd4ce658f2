// After the summary of Jest, where it is seen: tests that did not run have proved nothing.
import { areBrokersRequired, BROKER_NAMES, findBroker } from './find-brokers.mjs';

export default function sayWhenSkipped() {
  const missing = BROKER_NAMES.filter((name) => findBroker(name) === undefined);
  if (missing.length === 0 || areBrokersRequired()) return;
  console.error(`
!! THE TESTS OF SOME BROKERS DID NOT RUN. Not found: ${missing.join(', ')}. !!
!! Debian: apt-get install redis-server nats-server mosquitto kcat rabbitmq-server. CI has them, and runs them. !!
`);
}
