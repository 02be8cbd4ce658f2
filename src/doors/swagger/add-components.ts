import type { OpenAPIObject } from '@nestjs/swagger';
import type { PlacedOperation } from './open-api.js';
import { schemasOf } from './refusal-bodies.js';
import type { RefusalStyle } from './refusal-style.js';
import { schemesFor } from './security-schemes.js';

interface Components {
  schemas?: Record<string, object>;
  securitySchemes?: Record<string, object>;
}

/** Adds the schemes and schemas that operations name, and none besides. What the application defines itself stays. */
export function addComponents(
  document: OpenAPIObject,
  placed: readonly PlacedOperation[],
  { body, deniedBody }: RefusalStyle,
): void {
  const components = (document.components ?? {}) as Components;
  const schemes = schemesFor(placed.flatMap(({ operation }) => operation.security ?? []));
  const text = JSON.stringify(placed.map(({ operation }) => operation.responses ?? {}));
  const bodies = [deniedBody, ...(body === 'none' ? [] : [body])];
  const schemas = schemasOf(new Set(bodies));
  const used = Object.entries(schemas).filter(([name]) => text.includes(referenceTo(name)));
  if (Object.keys(schemes).length > 0) {
    components.securitySchemes = { ...schemes, ...components.securitySchemes };
  }
  if (used.length > 0) {
    components.schemas = { ...components.schemas, ...Object.fromEntries(used) };
  }
  document.components = components as NonNullable<OpenAPIObject['components']>;
}

function referenceTo(name: string): string {
  return `"#/components/schemas/${name}"`;
}
