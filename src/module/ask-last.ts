import type { ExceptionFilter, Type } from '@nestjs/common';
import type { ApplicationConfig, ModuleRef } from '@nestjs/core';

/**
 * Lets every other global exception filter be asked before ours. Nest asks them from the last registered to the
 * first, and those of the root module, where applications have theirs, are registered first.
 *
 * Nest has no public way to that list from inside a module: a version that keeps it elsewhere stays with its own order.
 */
export function askLast(moduleRef: ModuleRef, ours: Type<ExceptionFilter>): void {
  const { container } = moduleRef as unknown as {
    readonly container?: { readonly applicationConfig?: ApplicationConfig };
  };
  const filters = container?.applicationConfig?.getGlobalFilters() ?? [];
  const isOurs = (filter: ExceptionFilter): boolean => filter instanceof ours;
  filters.sort((one, other) => Number(isOurs(other)) - Number(isOurs(one)));
}
