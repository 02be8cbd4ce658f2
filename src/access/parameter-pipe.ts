import type { PipeTransform, Type } from '@nestjs/common';

/**
 * What may follow in a parameter decorator. The types that Nest infers for its decorators differ between 11 and 12, so
 * this package's own name none of them.
 */
export type ParameterPipe = Type<PipeTransform> | PipeTransform;
