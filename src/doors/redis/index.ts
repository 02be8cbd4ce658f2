export type { Claim, WebhookLedger } from '../webhooks/webhook-ledger.js';
export type {
  IoRedisClient,
  NodeRedisClient,
  NodeRedisCluster,
  RedisClient,
} from './redis-client.js';
export { RedisRevocations, type RedisRevocationsOptions } from './redis-revocations.js';
export { RedisWebhookLedger, type RedisWebhookLedgerOptions } from './redis-webhook-ledger.js';
