import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthGuard, ClerkModule } from 'nestjs-clerk-auth';
import { controllerWith } from './nest.mjs';

const Controller = controllerWith();

/** The library in a Nest container without HTTP: its guard, as the container builds it. */
export async function createClerkContext(options) {
  const context = await NestFactory.createApplicationContext(ClerkModule.forRoot(options), {
    logger: false,
  });
  return { guard: context.get(AuthGuard), close: () => context.close() };
}

/** What Nest hands to a guard. */
export function executionContextOf(request) {
  const context = new ExecutionContextHost(
    [request, {}, undefined],
    Controller,
    Controller.prototype.me,
  );
  context.setType('http');
  return context;
}
