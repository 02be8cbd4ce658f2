import { describe } from '@jest/globals';
import { areBrokersRequired, findBroker } from '../../brokers/support/find-brokers.mjs';

/** Tests that need a Redis. Without the program they are passed over, and told of aloud by say-when-skipped.mjs. */
export const withRedis =
  findBroker('Redis') === undefined && !areBrokersRequired() ? describe.skip : describe;
