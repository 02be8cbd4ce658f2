import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { isAuthGuard } from '../access/auth-guard-mark.js';
import type { GuardParts } from '../access/guard-parts.js';
import { guardPartsOf } from '../access/guard-parts-of.js';
import { GUARD_PARTS } from '../access/tokens.js';
import { sayOnce } from '../audit/say-once.js';
import type { ClerkSettings } from '../config/clerk-settings.js';
import { CLERK_INSTANCE, CLERK_SETTINGS } from './tokens.js';

type Module = ModulesContainer extends Map<string, infer Each> ? Each : never;

/** The first of the global modules that Nest adds to the imports of each module, after those that are written there. */
const CORE = 'InternalCoreModule';

/**
 * Tells at boot where several Clerk instances may be mistaken for each other: Nest hands a guard whichever instance it finds
 * first, and a route that was meant for the people of one would let in those of the other.
 */
@Injectable()
export class InstanceNotice implements OnModuleInit {
  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
  ) {}

  /** Nest has made all guards by now. */
  onModuleInit(): void {
    const modules = [...this.modules.values()];
    const clerks = modules.filter(isClerk);
    if (clerks.length < 2) return;
    const globals = clerks.filter(({ isGlobal }) => isGlobal);
    if (globals.length > 1) {
      this.warn(
        `Several ClerkModules are global: ${globals.map(nameOf).join(', ')}. Nest resolves the guards of modules that ` +
          'import none of them by one of these: give isGlobal: false, and import the ClerkModule that is meant.',
      );
    }
    const strays = modules.flatMap((module) => this.straysOf(module, clerks));
    if (strays.length > 0) {
      this.warn(
        `There are several Clerk instances, and guards use one that their module does not import: ${strays.join(', ')}. ` +
          'Import the ClerkModule that is meant into each of these modules.',
      );
    }
  }

  private straysOf(module: Module, clerks: readonly Module[]): readonly string[] {
    const imported = importedBy(module);
    const parts = new Set(this.guardsIn(module).map(guardPartsOf));
    return clerks
      .filter((clerk) => parts.has(partsOf(clerk)) && !imported.has(clerk))
      .map((clerk) => `${module.metatype.name} is guarded by ${nameOf(clerk)}`);
  }

  private guardsIn({ injectables, controllers }: Module): readonly unknown[] {
    const own = [...injectables.values()].map(({ instance }): unknown => instance);
    const global = controllers.size > 0 ? this.application.getGlobalGuards() : [];
    return [...global, ...own].filter(isAuthGuard);
  }

  private warn(text: string): void {
    sayOnce(this.modules, 'warn', text);
  }
}

function isClerk({ providers }: Module): boolean {
  return providers.has(CLERK_INSTANCE);
}

function partsOf({ providers }: Module): GuardParts | undefined {
  return providers.get(GUARD_PARTS)?.instance as GuardParts | undefined;
}

/** The host is public; a key never is part of a name. */
function nameOf({ providers }: Module): string {
  const settings = providers.get(CLERK_SETTINGS)?.instance as ClerkSettings | null | undefined;
  return settings?.publishableKey?.frontendApi ?? 'an instance without publishable key';
}

/** What a module imports by its own words, and what those modules export again. */
function importedBy(module: Module): ReadonlySet<Module> {
  const found = new Set(writtenImports(module));
  // A set hands out what is added to it meanwhile.
  for (const each of found) {
    for (const inner of writtenImports(each)) {
      if (each.exports.has(inner.metatype)) found.add(inner);
    }
  }
  return found;
}

function writtenImports({ imports }: Module): readonly Module[] {
  const all = [...imports];
  const core = all.findIndex(({ metatype }) => metatype.name === CORE);
  return core < 0 ? all : all.slice(0, core);
}
