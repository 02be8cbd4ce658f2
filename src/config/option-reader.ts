import type { ClerkOptions } from './clerk-options.js';
import { isQuoted, QUOTES_LEFT_IN } from './quoted-text.js';

/** How each option that the environment can give is called there, for messages. */
const ENVIRONMENT_NAMES: Partial<Record<keyof ClerkOptions, string>> = {
  secretKey: 'CLERK_SECRET_KEY',
  machineSecretKey: 'CLERK_MACHINE_SECRET_KEY',
  publishableKey: 'CLERK_PUBLISHABLE_KEY',
  jwtKey: 'CLERK_JWT_KEY',
  apiUrl: 'CLERK_API_URL',
  apiVersion: 'CLERK_API_VERSION',
  isSatellite: 'CLERK_IS_SATELLITE',
  domain: 'CLERK_DOMAIN',
  proxyUrl: 'CLERK_PROXY_URL',
};

/**
 * Reads options one by one and collects what is wrong, so that one start shows all of it. A wrong value yields the
 * default: reading goes on, but nothing is started with it. Problems never quote a value: it may be a key.
 */
export class OptionReader {
  readonly problems: string[] = [];

  constructor(private readonly options: Readonly<Record<keyof ClerkOptions, unknown>>) {}

  /** Notes that an option is wrong; the message continues the option's name and ends in what to do. */
  note(name: keyof ClerkOptions, message: string): void {
    const variable = ENVIRONMENT_NAMES[name];
    const label = variable === undefined ? name : `${name} (${variable})`;
    this.problems.push(`${label} ${message}`);
  }

  /** The option as written. */
  value(name: keyof ClerkOptions): unknown {
    return this.options[name];
  }

  /** A non-empty text without quotes around it, or nothing. */
  text(name: keyof ClerkOptions): string | undefined {
    const value = this.options[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value.trim() === '') {
      this.note(name, 'must be a non-empty string: give it one or leave it out.');
      return undefined;
    }
    if (!isQuoted(value)) return value.trim();
    this.note(name, QUOTES_LEFT_IN);
    return undefined;
  }

  /** A list of non-empty texts; one text counts as a list of one, nothing as an empty list. */
  texts(name: keyof ClerkOptions): readonly string[] {
    const value = this.given(name, []);
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = list.filter((item) => typeof item === 'string' && item !== '') as string[];
    if (texts.length !== list.length) {
      this.note(name, 'must hold non-empty strings only: correct or remove the others.');
    }
    return texts;
  }

  /** One of the listed words. */
  choice<const Word extends string>(
    name: keyof ClerkOptions,
    words: readonly Word[],
    fallback: Word,
  ): Word {
    const value = this.given(name, fallback);
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) this.note(name, `must be one of ${words.join(', ')}.`);
    return word ?? fallback;
  }

  /** A span of time in milliseconds, not below the least. */
  milliseconds(name: keyof ClerkOptions, least: number, fallback: number): number {
    const value = this.given(name, fallback);
    if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
    this.note(name, `must be a finite number of milliseconds, ${least} or more.`);
    return fallback;
  }

  /** A whole number of things to keep; `false` is none. */
  count(name: keyof ClerkOptions, fallback: number): number {
    const value = this.given(name, fallback);
    if (value === false) return 0;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.note(name, 'must be a whole number, or false for none.');
    return fallback;
  }

  /** True or false. */
  flag(name: keyof ClerkOptions, fallback: boolean): boolean {
    const value = this.given(name, fallback);
    if (typeof value === 'boolean') return value;
    this.note(name, 'must be true or false.');
    return fallback;
  }

  /** `null` was written, and is wrong: it must not quietly mean the default. */
  private given(name: keyof ClerkOptions, fallback: unknown): unknown {
    return this.options[name] === undefined ? fallback : this.options[name];
  }
}
