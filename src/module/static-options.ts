import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ConfigurationError } from '../errors/configuration-error.js';
import { CLERK_INSTANCE } from './tokens.js';

/**
 * Options that depend on the request make all that is built from them request-scoped: keys are fetched for every request,
 * and Nest runs no hook of such providers, so that neither audit nor filter comes to life. This provider takes nothing
 * from the options, so its own hook always runs.
 */
@Injectable()
export class StaticOptions implements OnModuleInit {
  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  /** @throws ConfigurationError `configuration_invalid`, when the options of any Clerk instance depend on the request */
  onModuleInit(): void {
    const instances = [...this.modules.values()].map(({ providers }) =>
      providers.get(CLERK_INSTANCE),
    );
    if (instances.every((instance) => instance?.isDependencyTreeStatic() !== false)) return;
    throw new ConfigurationError([
      'The options of ClerkModule.forRootAsync() must not depend on the request: inject neither REQUEST nor anything ' +
        'that is request-scoped. For several Clerk instances import several ClerkModules with isGlobal: false.',
    ]);
  }
}
