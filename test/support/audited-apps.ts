import type { DynamicModule, INestApplication, Provider, Type } from '@nestjs/common';
import { ClerkModule, type ClerkModuleExtras, type ClerkOptions } from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { RecordedLog } from './recorded-log.js';
import { startApp, type Adapter } from './start-app.js';

/** What the application is besides its controllers. */
export interface AuditedParts {
  readonly audit?: ClerkOptions['audit'];
  readonly providers?: readonly Provider[];
  /** Left out, one Clerk module with the option `audit`. */
  readonly imports?: readonly DynamicModule[];
  readonly prepare?: (app: INestApplication) => void;
}

/** Starts applications that are listened to while they boot, one after the other, and closes also those that refuse to. */
export class AuditedApps {
  log = new RecordedLog();
  private begun: INestApplication | undefined;

  constructor(
    private readonly adapter: Adapter,
    private readonly clerk: () => LocalClerk,
  ) {}

  /** The application begun last, whether it came up or not. */
  get app(): INestApplication {
    if (this.begun === undefined) throw new Error('No application was begun.');
    return this.begun;
  }

  module(options: ClerkOptions & ClerkModuleExtras = {}): DynamicModule {
    const clerk = this.clerk();
    return ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey, ...options });
  }

  async start(controllers: readonly Type[], parts: AuditedParts = {}): Promise<INestApplication> {
    await this.close();
    const { audit, imports = [this.module({ audit })], providers = [], prepare } = parts;
    this.log = new RecordedLog();
    return startApp(this.adapter, {
      imports,
      controllers,
      providers,
      prepare: (app) => {
        this.begun = app;
        this.log.listen();
        app.enableVersioning();
        prepare?.(app);
      },
    });
  }

  async close(): Promise<void> {
    await this.begun?.close();
    this.begun = undefined;
  }
}
