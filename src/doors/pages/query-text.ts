import { nameBeforeEquals } from './name-before-equals.js';
import { pathOf, startOfQuery } from './own-target.js';

/**
 * A target without some parameters. Taken out as text: whoever parses a query and writes it anew turns the user's `%20`
 * into `+`.
 */
export function withoutParameters(target: string, names: ReadonlySet<string>): string {
  const parts = partsOf(target);
  const kept = parts.filter((part) => !names.has(nameBeforeEquals(part)));
  if (kept.length === parts.length) return target;
  const path = pathOf(target);
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

/** The one value of a parameter; `undefined` where there is none, or several, or it cannot be decoded. */
export function parameterIn(target: string, name: string): string | undefined {
  const [part, ...more] = partsOf(target).filter(
    (candidate) => nameBeforeEquals(candidate) === name,
  );
  return part === undefined || more.length > 0 ? undefined : decode(part.slice(name.length + 1));
}

/** A URL or target with a parameter more, before its fragment if it has one. */
export function withParameter(url: string, name: string, value: string): string {
  const end = `${url}#`.indexOf('#');
  const address = url.slice(0, end);
  const joint = address.includes('?') ? '&' : '?';
  return `${address}${joint}${name}=${encodeURIComponent(value)}${url.slice(end)}`;
}

function partsOf(target: string): readonly string[] {
  return target.slice(startOfQuery(target) + 1).split('&');
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
