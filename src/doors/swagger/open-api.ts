/** As much of an OpenAPI document as is read and written here: @nestjs/swagger 11.0 exports no type for the parts. */

/** The ways in which a caller may prove itself; any one of a list does. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

export interface Operation {
  security?: SecurityRequirement[];
  responses?: Record<string, object>;
  [extension: `x-${string}`]: unknown;
}

/** An operation, and the method under which it stands: `get`. */
export interface PlacedOperation {
  readonly method: string;
  readonly operation: Operation;
}

/** Operations of paths, each with its method. */
export function operationsIn(paths: object | undefined): readonly PlacedOperation[] {
  return Object.values(paths ?? {}).flatMap((path: object) =>
    Object.entries(path).flatMap(([method, operation]: [string, unknown]) =>
      typeof operation === 'object' && operation !== null && !Array.isArray(operation)
        ? [{ method, operation: operation as Operation }]
        : [],
    ),
  );
}
