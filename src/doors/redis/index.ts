export type {
  IoRedisClient,
  NodeRedisClient,
  NodeRedisCluster,
  RedisClient,
} from './redis-client.js';
export { RedisRevocations, type RedisRevocationsOptions } from './redis-revocations.js';
export { RedisWebhookLedger, type RedisWebhookLedgerOptions } from './redis-webhook-ledger.js';
