import type { HttpAdapterHost } from '@nestjs/core';

/** Whether an application is a microservice alone, or a script or worker of the same modules. */
export function servesNoHttp(host: HttpAdapterHost): boolean {
  const adapter = host.httpAdapter as HttpAdapterHost['httpAdapter'] | null | undefined;
  return adapter === null || adapter === undefined;
}
