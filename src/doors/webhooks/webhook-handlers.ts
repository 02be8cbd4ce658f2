import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { isMatch } from './event-pattern.js';
import { KNOWN_EVENTS } from './known-events.js';
import { patternsOn } from './on-clerk-event.js';
import { similarName } from './similar-name.js';
import { WEBHOOKS_OPTIONS } from './tokens.js';

/** A method that wants to be told of events. */
export interface WebhookHandler {
  /** `<module>.<class>.<method>`, and a number where several would be called that. */
  readonly name: string;
  readonly patterns: readonly string[];
  readonly call: (event: unknown, delivery: unknown) => unknown;
}

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** Several endpoints of one application have the same handlers, and warn once. */
const found = new WeakMap<object, readonly WebhookHandler[]>();

/** The methods of all providers and controllers under `@OnClerkEvent()`, inherited ones too. */
@Injectable()
export class WebhookHandlers implements OnModuleInit {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  /** @throws ConfigurationError `configuration_invalid`, for what is made for each request anew */
  onModuleInit(): void {
    this.all();
  }

  /** In the order in which they were found, which is the same at every start. */
  listeningTo(name: string): readonly WebhookHandler[] {
    return this.all().filter(({ patterns }) => patterns.some((pattern) => isMatch(name, pattern)));
  }

  private all(): readonly WebhookHandler[] {
    const known = found.get(this.modules) ?? this.find();
    found.set(this.modules, known);
    return known;
  }

  private find(): readonly WebhookHandler[] {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const problems = [
      ...this.dynamicOptions(wrappers),
      ...wrappers.flatMap((wrapper) => this.unusable(wrapper) ?? []),
    ];
    if (problems.length > 0) throw new ConfigurationError([...new Set(problems)]);
    const seen = new Set<unknown>();
    const handlers = wrappers.flatMap((wrapper) => {
      // The same instance may stand under several tokens.
      if (wrapper.isAlias || seen.has(wrapper.instance)) return [];
      seen.add(wrapper.instance);
      return this.handlersOf(wrapper);
    });
    warnOfUnknown(handlers);
    return numbered(handlers);
  }

  private handlersOf({ instance, host }: Provider): WebhookHandler[] {
    const holder: unknown = instance;
    if (!isObject(holder)) return [];
    return this.methodsOf(Object.getPrototypeOf(holder)).map(({ method, patterns }) => ({
      name: `${moduleName(host)}.${holder.constructor.name}.${method}`,
      patterns,
      call: (event, delivery) => (holder as Record<string, Method>)[method]?.(event, delivery),
    }));
  }

  private methodsOf(prototype: unknown): { method: string; patterns: readonly string[] }[] {
    if (!isObject(prototype) || prototype === Object.prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const owner = ownerOf(prototype, method);
      const patterns = owner === undefined ? [] : patternsOn(owner, method);
      return patterns.length === 0 ? [] : [{ method, patterns }];
    });
  }

  /** An event comes outside of any request, and one instance must have it. */
  private unusable(wrapper: Provider): string | undefined {
    const { metatype, isTransient } = wrapper;
    if (typeof metatype !== 'function' || wrapper.inject !== undefined) return undefined;
    if (!isTransient && wrapper.isDependencyTreeStatic()) return undefined;
    const [first] = this.methodsOf(metatype.prototype);
    if (first === undefined) return undefined;
    return (
      `${metatype.name}.${first.method} has @OnClerkEvent(), but its class is ${isTransient ? 'transient' : 'request-scoped'}: ` +
      'events come outside of requests. Move the method to a singleton that injects nothing of a request.'
    );
  }

  private dynamicOptions(wrappers: readonly Provider[]): readonly string[] {
    const options = wrappers.filter(({ token }) => token === WEBHOOKS_OPTIONS);
    if (options.every((wrapper) => wrapper.isDependencyTreeStatic())) return [];
    return [
      'The options of ClerkWebhooksModule.forRootAsync() must not depend on the request: inject neither REQUEST nor ' +
        'anything that is request-scoped.',
    ];
  }
}

type Method = (event: unknown, delivery: unknown) => unknown;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function moduleName(host: Provider['host']): string {
  return host?.metatype.name ?? 'Module';
}

/** A class that overrides a method and says nothing has taken the word back. */
function ownerOf(prototype: object, method: string): object | undefined {
  let candidate: unknown = prototype;
  while (isObject(candidate)) {
    if (Object.hasOwn(candidate, method)) return candidate;
    candidate = Object.getPrototypeOf(candidate);
  }
  return undefined;
}

/** Each is claimed by its name: of two with the same name only one would ever run. */
function numbered(handlers: readonly WebhookHandler[]): readonly WebhookHandler[] {
  const counts = new Map<string, number>();
  return handlers.map((handler) => {
    const count = (counts.get(handler.name) ?? 0) + 1;
    counts.set(handler.name, count);
    return count === 1 ? handler : { ...handler, name: `${handler.name}#${String(count)}` };
  });
}

/** All that could have been meant. */
const PATTERNS: ReadonlySet<string> = new Set(
  [...KNOWN_EVENTS].flatMap((name) => [name, name.replace(/[^.]+$/, '*')]),
);

function warnOfUnknown(handlers: readonly WebhookHandler[]): void {
  for (const { name, patterns } of handlers) {
    for (const pattern of patterns) {
      if ([...KNOWN_EVENTS].some((known) => isMatch(known, pattern))) continue;
      const similar = similarName(pattern, PATTERNS);
      const question = similar === undefined ? '' : ` Did you mean '${similar}'?`;
      new Logger('ClerkWebhooksModule').warn(
        `${name} listens to '${pattern}', which this version does not know.${question}`,
      );
    }
  }
}
