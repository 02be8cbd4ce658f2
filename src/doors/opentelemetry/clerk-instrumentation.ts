import { subscribe, unsubscribe, type ChannelListener } from 'node:diagnostics_channel';
import { metrics, type MeterProvider } from '@opentelemetry/api';
import type { RefusalDiagnostic } from '../../access/tell-refusal.js';
import type { KeySetDiagnostic } from '../../backend-api/tell-key-set.js';
import type { BackendCallDiagnostic } from '../../backend-api/tell-try.js';
import { CHANNELS } from '../../diagnostics/channels.js';
import type { AuthenticationDiagnostic } from '../../session/tell-look.js';
import { attributesOf, CODE, idsIn } from './attributes.js';
import { ClerkMetrics } from './clerk-metrics.js';
import { serverSpan } from './server-span.js';

/** What may be told to `ClerkInstrumentation`. */
export interface ClerkInstrumentationConfig {
  /**
   * Whether it listens from the start.
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * Whether spans say whose request it is, as `user.id` and `session.id`. Metrics never do.
   * @default false
   */
  readonly user?: boolean;
}

const NAME = 'nestjs-clerk-auth';
const VERSION = '0.1.0';

/**
 * Metrics of this package, and on the span of each request what came of its authentication. Has the shape of
 * OpenTelemetry's `Instrumentation`. It patches nothing, only listens: it may be made before or after this package is
 * loaded, and before or after the SDK is set up. There are no spans of its own: the instrumentation of HTTP makes one for
 * each call to Clerk.
 *
 * - `clerk.authentication.duration`, seconds: with `clerk.authentication.result` (`success`, `failure`, `none`,
 *   `unavailable`), `clerk.code`, `clerk.token_type`
 * - `clerk.refusals`: with `clerk.code`, `http.response.status_code`
 * - `clerk.backend.request.duration`, seconds, each try: with `http.request.method`, `url.template`, and
 *   `http.response.status_code` or `error.type`
 * - `clerk.keys.refreshes`: with `clerk.keys.result` (`success`, `failure`)
 * - the server's span: `clerk.authentication.result`, `clerk.code`, `clerk.token_type`; with `user: true` also `user.id`
 *   and `session.id`
 *
 * @example
 * ```ts
 * registerInstrumentations({
 *   instrumentations: [new HttpInstrumentation(), new ClerkInstrumentation({ user: false })],
 * });
 * ```
 */
export class ClerkInstrumentation {
  /** The scope of the metrics: the name of this package. */
  readonly instrumentationName = NAME;
  /** The version of this package. */
  readonly instrumentationVersion = VERSION;
  private config: ClerkInstrumentationConfig = {};
  private isEnabled = false;
  /** `undefined`: whichever is the global one. */
  private meters: MeterProvider | undefined;
  private made: { readonly by: MeterProvider; readonly metrics: ClerkMetrics } | undefined;

  constructor(config: ClerkInstrumentationConfig = {}) {
    this.setConfig(config);
    if (this.config.enabled === true) this.enable();
  }

  /** Listens from now on. */
  enable(): void {
    if (this.isEnabled) return;
    this.isEnabled = true;
    for (const [channel, listener] of this.listeners) subscribe(channel, listener);
  }

  /** Listens no more. */
  disable(): void {
    this.isEnabled = false;
    for (const [channel, listener] of this.listeners) unsubscribe(channel, listener);
  }

  /** The options in force. */
  getConfig(): ClerkInstrumentationConfig {
    return this.config;
  }

  /** Takes other options from now on; whether it listens is changed by `enable()` and `disable()` alone. */
  setConfig(config: ClerkInstrumentationConfig): void {
    this.config = { enabled: true, user: false, ...config };
  }

  /** Where the metrics go; left out, to the global provider. */
  setMeterProvider(provider: MeterProvider): void {
    // SDKs hand over the global one, also while there is none yet: then the one to come is meant.
    this.meters = provider === metrics.getMeterProvider() ? undefined : provider;
  }

  /** There are no spans of its own, so it needs no tracer. */
  setTracerProvider(): void {
    return;
  }

  private readonly looked = (diagnostic: AuthenticationDiagnostic): void => {
    const { authentication, milliseconds } = diagnostic;
    const attributes = attributesOf(authentication);
    this.metrics.authentication.record(milliseconds / 1000, attributes);
    serverSpan()?.setAttributes({
      ...attributes,
      ...(this.config.user === true ? idsIn(authentication) : {}),
    });
  };

  private readonly refused = ({ code, status }: RefusalDiagnostic): void => {
    this.metrics.refusals.add(1, { [CODE]: code, 'http.response.status_code': status });
    serverSpan()?.setAttribute(CODE, code);
  };

  private readonly called = (call: BackendCallDiagnostic): void => {
    this.metrics.backendCall.record(call.milliseconds / 1000, {
      'http.request.method': call.method,
      'url.template': call.route,
      ...('status' in call
        ? { 'http.response.status_code': call.status }
        : { 'error.type': call.error }),
    });
  };

  /** On no span: a fetch of keys belongs to whichever request came first. */
  private readonly fetched = (keySet: KeySetDiagnostic): void => {
    const result = 'keys' in keySet ? 'success' : 'failure';
    this.metrics.keyRefreshes.add(1, { 'clerk.keys.result': result });
  };

  private readonly listeners = new Map<string, ChannelListener>([
    [CHANNELS.authentication, this.looked as ChannelListener],
    [CHANNELS.refusal, this.refused as ChannelListener],
    [CHANNELS.backendCall, this.called as ChannelListener],
    [CHANNELS.keySet, this.fetched as ChannelListener],
  ]);

  /** The global provider may be set after this, and there is no stand-in for it until then: each time it is asked for. */
  private get metrics(): ClerkMetrics {
    const by = this.meters ?? metrics.getMeterProvider();
    if (this.made?.by !== by) {
      this.made = { by, metrics: new ClerkMetrics(by.getMeter(NAME, VERSION)) };
    }
    return this.made.metrics;
  }
}
