import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** A controller with `GET /me`, and decorators for that handler, written without decorator syntax. */
export function controllerWith(decorators = []) {
  class MeController {
    me() {
      return 'hello';
    }
  }
  Controller()(MeController);
  const handler = Object.getOwnPropertyDescriptor(MeController.prototype, 'me');
  for (const decorate of [Get('me'), ...decorators])
    decorate(MeController.prototype, 'me', handler);
  return MeController;
}

/**
 * An application with one route, not yet listening.
 * @param {'express' | 'fastify'} adapter
 * @param {{ imports?: unknown[], providers?: unknown[], decorators?: Function[] }} parts
 */
export async function createApp(adapter, { imports = [], providers = [], decorators = [] } = {}) {
  class AppModule {}
  Module({ imports, providers, controllers: [controllerWith(decorators)] })(AppModule);
  const quiet = { logger: false };
  return adapter === 'fastify'
    ? NestFactory.create(AppModule, new FastifyAdapter(), quiet)
    : NestFactory.create(AppModule, quiet);
}
