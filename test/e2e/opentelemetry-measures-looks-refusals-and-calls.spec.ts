import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { context, metrics, trace, type Attributes, type Context } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node';
import { ClerkModule } from 'nestjs-clerk-auth';
import { ClerkInstrumentation } from 'nestjs-clerk-auth/opentelemetry';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { OUTCOMES, OutcomesController } from '../support/outcomes.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

interface Point {
  readonly attributes: Attributes;
  readonly count: number;
}

/** The SDK, with memory for a back end. */
class Sdk {
  private readonly metricExporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  private readonly spanExporter = new InMemorySpanExporter();
  private readonly meters = new MeterProvider({
    readers: [
      // A time that never comes: tests collect by themselves.
      new PeriodicExportingMetricReader({
        exporter: this.metricExporter,
        exportIntervalMillis: 2 ** 30,
      }),
    ],
  });
  private readonly tracers = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(this.spanExporter)],
  });

  start(): void {
    this.tracers.register();
    metrics.setGlobalMeterProvider(this.meters);
  }

  async stop(): Promise<void> {
    await this.tracers.shutdown();
    await this.meters.shutdown();
    trace.disable();
    context.disable();
    metrics.disable();
  }

  /** What was measured since it was asked last. */
  async points(): Promise<Record<string, Point[]>> {
    this.metricExporter.reset();
    await this.meters.forceFlush();
    const scopes = this.metricExporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    const all = scopes.flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      all.map(({ descriptor, dataPoints, dataPointType }) => [
        `${descriptor.name} ${descriptor.unit}`,
        dataPoints.map(({ attributes, value }) => ({
          attributes,
          count:
            dataPointType === DataPointType.HISTOGRAM
              ? (value as { readonly count: number }).count
              : (value as number),
        })),
      ]),
    );
  }

  /** What stands on the spans that ended since it was asked last. */
  spans(): readonly Attributes[] {
    const spans: ReadableSpan[] = this.spanExporter.getFinishedSpans();
    this.spanExporter.reset();
    return spans.map(({ attributes }) => attributes);
  }
}

/** A span for each request, as the instrumentation of HTTP makes one, which cannot patch Node inside Jest. */
function traced(_request: unknown, response: NodeJS.EventEmitter, next: () => void): void {
  const span = trace.getTracer('test').startSpan('GET');
  response.once('finish', () => {
    span.end();
  });
  const active: Context = trace.setSpan(context.active(), span);
  context.with(active, next);
}

const RESULT = 'clerk.authentication.result';
const ATTRIBUTES: Readonly<Record<string, Attributes>> = {
  authenticated: { [RESULT]: 'success', 'clerk.token_type': 'session_token' },
  machine: { [RESULT]: 'success', 'clerk.token_type': 'api_key' },
  anonymous: { [RESULT]: 'none' },
  cross_site: { [RESULT]: 'failure', 'clerk.code': 'cross_site_request' },
  rejected: { [RESULT]: 'failure', 'clerk.code': 'token_expired' },
  unavailable: { [RESULT]: 'unavailable', 'clerk.code': 'authority_unavailable' },
};

const DURATION = 'clerk.authentication.duration s';
const REFUSALS = 'clerk.refusals {refusal}';
const CALLS = 'clerk.backend.request.duration s';
const KEYS = 'clerk.keys.refreshes {refresh}';

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let sdk: Sdk;
  let app: INestApplication;
  let instrumentation: ClerkInstrumentation;
  let unload: () => void;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
  });

  afterAll(async () => {
    await clerk.stop();
  });

  /** @param first whether the instrumentation is registered before the SDK is there */
  async function start(config: { user?: boolean } = {}, first = false): Promise<void> {
    sdk = new Sdk();
    const register = (): void => {
      instrumentation = new ClerkInstrumentation(config);
      unload = registerInstrumentations({ instrumentations: [instrumentation] });
    };
    if (first) register();
    sdk.start();
    if (!first) register();
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(clerk.options())],
      controllers: [OutcomesController],
      prepare: (made) => made.use(traced),
    });
    await get('/me').set('Authorization', ada.header).expect(200);
    const { [KEYS]: fetches } = await sdk.points();
    expect(fetches).toEqual([{ attributes: { 'clerk.keys.result': 'success' }, count: 1 }]);
    sdk.spans();
  }

  beforeEach(() => {
    clerk.outage(false);
  });

  afterEach(async () => {
    unload();
    await app.close();
    await sdk.stop();
  });

  const get = (path: string): request.Test => request(app.getHttpServer()).get(path);

  it.each(OUTCOMES)('$kind', async (outcome) => {
    await start();
    const answer = await outcome.ask(app.getHttpServer(), clerk, ada);
    expect(answer.status).toBe(outcome.status);
    const expected = ATTRIBUTES[outcome.kind];
    const points = await sdk.points();
    expect(points[DURATION]).toEqual([{ attributes: expected, count: 1 }]);
    const { code, status } = outcome;
    const refusal = { 'clerk.code': code, 'http.response.status_code': status };
    expect(points[REFUSALS]).toEqual(
      code === undefined ? undefined : [{ attributes: refusal, count: 1 }],
    );
    const onSpan = code === undefined ? expected : { ...expected, 'clerk.code': code };
    expect(sdk.spans()).toEqual([onSpan]);
  });

  it('says who it was on the span if asked to, and in no metric', async () => {
    await start({ user: true });
    await get('/me').set('Authorization', ada.header).expect(200);
    expect(sdk.spans()).toEqual([
      { ...ATTRIBUTES.authenticated, 'user.id': ada.userId, 'session.id': ada.sessionId },
    ]);
    await get('/me').set('Cookie', ada.clientCookie).expect(200);
    await get('/me').expect(401);
    const [, nobody] = sdk.spans();
    expect(nobody).toEqual({ [RESULT]: 'none', 'clerk.code': 'session_required' });
    const measured = JSON.stringify(await sdk.points());
    expect(measured).toContain('/clients/verify');
    expect(measured).not.toMatch(/user_|sess_|client_/);
  });

  it('calls to Clerk, each try, by a route without ids', async () => {
    await start();
    const asking = get(`/me?_clerk_session_id=${ada.sessionId}`);
    await asking.set('Cookie', ada.clientCookie).expect(200);
    const call = { 'http.request.method': 'POST', 'url.template': '/sessions/{id}/verify' };
    const { [CALLS]: answered } = await sdk.points();
    expect(answered).toEqual([
      { attributes: { ...call, 'http.response.status_code': 200 }, count: 1 },
    ]);
    clerk.outage('refuse');
    await get('/me').set('Cookie', ada.clientCookie).expect(503);
    const { [CALLS]: broken = [] } = await sdk.points();
    expect(broken.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    for (const { attributes } of broken) {
      expect(attributes).toEqual({
        'http.request.method': 'POST',
        'url.template': '/clients/verify',
        'error.type': expect.stringMatching(/^(ECONN\w+|EPIPE)$/),
      });
    }
  });

  it('may come before the SDK, and measures the same', async () => {
    await start({}, true);
    await get('/me').set('Authorization', ada.header).expect(200);
    const { [DURATION]: looks } = await sdk.points();
    expect(looks).toEqual([{ attributes: ATTRIBUTES.authenticated, count: 1 }]);
  });

  it('is silent once it is unloaded, and from the start with enabled: false', async () => {
    await start();
    unload();
    await get('/me').set('Authorization', ada.header).expect(200);
    expect(await sdk.points()).toEqual({});
    expect(sdk.spans()).toEqual([{}]);
    const off = new ClerkInstrumentation({ enabled: false });
    await get('/me').set('Authorization', ada.header).expect(200);
    expect(sdk.spans()).toEqual([{}]);
    off.enable();
    off.enable();
    await get('/me').set('Authorization', ada.header).expect(200);
    off.disable();
    const { [DURATION]: looks } = await sdk.points();
    expect(looks).toEqual([{ attributes: ATTRIBUTES.authenticated, count: 1 }]);
  });
});

it('calls itself by the name and version of the package', () => {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    string,
    string
  >;
  const { instrumentationName, instrumentationVersion } = new ClerkInstrumentation({
    enabled: false,
  });
  expect({ instrumentationName, instrumentationVersion }).toEqual({
    instrumentationName: name,
    instrumentationVersion: version,
  });
});
