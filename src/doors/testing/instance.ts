import { CallLog } from './backend-api/call-log.js';
import { Faults } from './backend-api/faults.js';
import { Directory } from './directory/directory.js';
import type { Settings } from './settings.js';
import { Handshakes } from './handshake/handshakes.js';
import { RefreshTokens } from './handshake/refresh-tokens.js';
import { SigningKeys } from './tokens/signing-keys.js';
import { WebhookSender } from './webhooks/webhook-sender.js';

/** One Clerk instance without its doors: what it knows, signs with, suffers from and remembers. */
export interface Instance {
  readonly settings: Settings;
  readonly directory: Directory;
  readonly handshakes: Handshakes;
  /** Who a browser is, on its way from one name of this Clerk to another. */
  readonly tickets: Handshakes;
  readonly refreshTokens: RefreshTokens;
  readonly keys: SigningKeys;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly webhooks: WebhookSender;
}

export async function createInstance(settings: Settings): Promise<Instance> {
  const directory = new Directory(settings);
  return {
    settings,
    directory,
    handshakes: new Handshakes(settings.now),
    tickets: new Handshakes(settings.now),
    refreshTokens: new RefreshTokens(),
    keys: await SigningKeys.generate(),
    faults: new Faults(),
    calls: new CallLog(),
    webhooks: new WebhookSender(settings.now, directory),
  };
}
