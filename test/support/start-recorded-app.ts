import type { INestApplication } from '@nestjs/common';
import { RecordedLog } from './recorded-log.js';
import { startApp, type Adapter, type AppParts } from './start-app.js';

/** An application that is listened to. */
export interface RecordedApp {
  readonly app: INestApplication;
  readonly log: RecordedLog;
}

/** As `startApp`, with all that is logged from here on, requests and background alike. */
export async function startRecordedApp(adapter: Adapter, parts: AppParts): Promise<RecordedApp> {
  const app = await startApp(adapter, parts);
  return { app, log: new RecordedLog().listen() };
}
