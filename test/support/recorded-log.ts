import { inspect } from 'node:util';
import { Logger, type LoggerService } from '@nestjs/common';

export type Level = 'log' | 'warn' | 'error' | 'debug' | 'verbose' | 'fatal';

/** Hears everything that the application says, down to the last property of what it logs. */
export class RecordedLog implements LoggerService {
  readonly entries: { readonly level: Level; readonly text: string }[] = [];

  /** Hears what is said from now on, in the place of any logger before. */
  listen(): this {
    Logger.overrideLogger(this);
    return this;
  }

  /** What was said at one level. */
  said(level: Level): string[] {
    return this.entries.filter((entry) => entry.level === level).map(({ text }) => text);
  }

  /** Everything, in one text. */
  get whole(): string {
    return this.entries.map(({ text }) => text).join('\n');
  }

  forget(): void {
    this.entries.length = 0;
  }

  log(...said: unknown[]): void {
    this.hear('log', said);
  }

  warn(...said: unknown[]): void {
    this.hear('warn', said);
  }

  error(...said: unknown[]): void {
    this.hear('error', said);
  }

  debug(...said: unknown[]): void {
    this.hear('debug', said);
  }

  verbose(...said: unknown[]): void {
    this.hear('verbose', said);
  }

  fatal(...said: unknown[]): void {
    this.hear('fatal', said);
  }

  private hear(level: Level, said: readonly unknown[]): void {
    this.entries.push({ level, text: said.map(deeply).join(' ') });
  }
}

/** All that a thing holds, however deep and however well hidden: its causes, its symbols, what is not enumerable. */
export function deeply(thing: unknown): string {
  if (typeof thing === 'string') return thing;
  return inspect(thing, { depth: 20, showHidden: true, maxArrayLength: null });
}
