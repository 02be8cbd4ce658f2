// After the summary of Jest, where it is seen: tests that did not run have proved nothing.
import { areBrokersRequired, findBroker } from '../../brokers/support/find-brokers.mjs';

export default function sayWhenSkipped() {
  if (findBroker('Redis') !== undefined || areBrokersRequired()) return;
  console.error(`
!! THE TESTS OF REDIS DID NOT RUN: no redis-server was found. !!
!! Debian: apt-get install redis-server. CI has it, and runs them. !!
`);
}
