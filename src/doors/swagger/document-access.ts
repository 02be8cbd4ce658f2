import type { INestApplicationContext } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Refusals } from '../../access/refuse.js';
import { REFUSALS } from '../../access/tokens.js';
import type { DeclaredRoute } from '../../audit/declared-route.js';
import type { DeclaredRoutes } from '../../audit/declared-routes.js';
import { accessOf } from '../../audit/route-access.js';
import { DECLARED_ROUTES } from '../../audit/tokens.js';
import type { ClerkSettings } from '../../config/clerk-settings.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { CLERK_SETTINGS } from '../../module/tokens.js';
import { addComponents } from './add-components.js';
import { documentOperation } from './document-operation.js';
import { operationsIn } from './open-api.js';
import { styleOf, type RefusalStyle } from './refusal-style.js';
import { RouteMarks } from './route-marks.js';

/**
 * A document that says of every operation what really protects it, global guard and `@Public()` included: `security`,
 * the 401, 403 and 503 that callers may get, and `x-clerk` with the same for programs. What the application wrote itself
 * (`@ApiSecurity()`, `@ApiResponse()`) stays.
 *
 * Call it after `useGlobalGuards()`. The pages of `SwaggerModule.setup()` themselves are outside every guard.
 *
 * @example
 * ```ts
 * const document = documentAccess(app, () => SwaggerModule.createDocument(app, config));
 * SwaggerModule.setup('docs', app, document);
 * ```
 * @param build makes the document; what it returns is completed in place
 * @throws ConfigurationError `configuration_invalid`, when `build` returns a document that was made before
 */
export function documentAccess(
  app: INestApplicationContext,
  build: () => OpenAPIObject,
): OpenAPIObject {
  const declared = app.get<DeclaredRoutes>(DECLARED_ROUTES, { strict: false });
  const routes = declared.all().filter(({ kind }) => kind === 'http');
  const marks = new RouteMarks(routes);
  const document = buildMarked(marks, build);
  const style = styleIn(app);
  const placed = operationsIn(document.paths);
  let found = 0;
  for (const each of placed) {
    const marked = marks.takeFrom(each.operation);
    if (marked.kind === 'unmarked') continue;
    found += 1;
    const route = theOnly(marked.routes);
    if (route !== undefined) documentOperation(each, route, style);
  }
  // A webhook is a request that the application sends: nobody guards that.
  for (const { operation } of operationsIn(webhooksOf(document))) marks.takeFrom(operation);
  if (found === 0 && placed.length > 0 && routes.length > 0) throw madeBefore();
  addComponents(document, placed, style);
  return document;
}

function buildMarked(marks: RouteMarks, build: () => OpenAPIObject): OpenAPIObject {
  marks.put();
  try {
    return build();
  } finally {
    marks.remove();
  }
}

function styleIn(app: INestApplicationContext): RefusalStyle {
  const every = { strict: false, each: true } as const;
  const refusals = app.get<Refusals>(REFUSALS, every);
  const settings = app.get<ClerkSettings>(CLERK_SETTINGS, every);
  return styleOf(
    refusals.map(({ errorBody }) => errorBody),
    settings.map(({ crossSite }) => crossSite),
  );
}

/** Of several handlers that an operation may be: one, where all are protected alike. */
function theOnly(routes: readonly DeclaredRoute[]): DeclaredRoute | undefined {
  const [first, ...others] = routes;
  if (first === undefined) return undefined;
  const access = JSON.stringify(accessOf(first));
  return others.every((other) => JSON.stringify(accessOf(other)) === access) ? first : undefined;
}

/** OpenAPI 3.1 has them, and @nestjs/swagger 12 writes them. */
function webhooksOf(document: OpenAPIObject): object | undefined {
  return (document as { readonly webhooks?: object }).webhooks;
}

function madeBefore(): ConfigurationError {
  return new ConfigurationError([
    'documentAccess() finds no handler of this application in the document: call SwaggerModule.createDocument() with ' +
      'the same app inside of the function that it takes.',
  ]);
}
