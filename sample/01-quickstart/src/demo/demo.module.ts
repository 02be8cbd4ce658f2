import { Module, type DynamicModule, type ModuleMetadata, type Type } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { clerkConfig } from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { BundleCache } from './bundles/bundle-cache.js';
import { bundlesFolder } from './bundles/bundles-folder.js';
import { ClerkFrontEnd } from './clerk-front-end.js';
import { FrontEnd } from './front-end.js';
import { LOCAL_CLERK_URL, LocalClerkController } from './local-clerk.controller.js';
import { LocalFrontEnd } from './local-front-end.js';
import { PageController } from './page.controller.js';
import { showRefusalCodes } from './show-refusal-codes.js';

/** The page at `/`, beside an app that knows nothing of it. An app of yours needs nothing of this folder. */
@Module({ controllers: [PageController] })
export class DemoModule {
  static beside(app: Type, clerk: LocalClerk | undefined): DynamicModule {
    showRefusalCodes();
    const { imports = [], ...parts } = clerk === undefined ? withClerk() : withLocalClerk(clerk);
    return { module: DemoModule, imports: [app, ...imports], ...parts };
  }
}

function withClerk(): ModuleMetadata {
  const frontEnd = {
    provide: FrontEnd,
    inject: [clerkConfig.KEY],
    useFactory: ({ publishableKey }: ConfigType<typeof clerkConfig>) =>
      new ClerkFrontEnd(publishableKey),
  };
  return { imports: [ConfigModule.forFeature(clerkConfig)], providers: [frontEnd] };
}

function withLocalClerk({ publishableKey, url }: LocalClerk): ModuleMetadata {
  const frontEnd = {
    provide: FrontEnd,
    useFactory: () => new LocalFrontEnd(publishableKey, new BundleCache(bundlesFolder())),
  };
  const address = { provide: LOCAL_CLERK_URL, useValue: url };
  return { controllers: [LocalClerkController], providers: [frontEnd, address] };
}
