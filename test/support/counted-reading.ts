/** What reading did. */
export interface Reading {
  /** Characters that were looked at, each as often as it was. */
  readonly characters: number;
  /** Texts that were percent-decoded. A broken one costs an exception. */
  readonly decoded: number;
}

type Texts = Record<string, (this: string, ...given: unknown[]) => unknown>;

/** How many characters a call of a text's method looks at, at the most. */
const COSTS: Readonly<Record<string, (text: string, given: unknown[], got: unknown) => number>> = {
  charCodeAt: () => 1,
  charAt: () => 1,
  codePointAt: () => 1,
  startsWith: (text, [sought, from]) => alike(text, String(sought), Number(from ?? 0)),
  indexOf: (text, [, from], got) => seen(text, from, got),
  includes: (text, [, from], got) => (got === true ? text.length : seen(text, from, -1)),
  lastIndexOf: (text) => text.length,
  slice: (_text, _given, got) => String(got).length,
  substring: (_text, _given, got) => String(got).length,
  trim: (text) => text.length,
  toLowerCase: (text) => text.length,
  replace: (text) => text.length,
  replaceAll: (text) => text.length,
  split: (text) => text.length,
  match: (text) => text.length,
};

/** A comparison ends at the first difference. */
function alike(text: string, sought: string, from: number): number {
  let at = 0;
  while (at < sought.length && text[from + at] === sought[at]) at += 1;
  return at + 1;
}

function seen(text: string, from: unknown, found: unknown): number {
  const start = typeof from === 'number' ? from : 0;
  return (found === -1 ? text.length : Number(found) + 1) - start;
}

/**
 * Counts what a reader of text looks at, in the methods of text themselves: a look beyond the part at hand shows, on any
 * machine and at any speed.
 */
export function countReading(read: () => unknown): Reading {
  const texts = String.prototype as unknown as Texts;
  const originals = Object.keys(COSTS).map((name) => [name, texts[name]!] as const);
  const decode = globalThis.decodeURIComponent;
  let characters = 0;
  let decoded = 0;
  for (const [name, original] of originals) {
    const cost = COSTS[name]!;
    texts[name] = function (...given) {
      const got = original.apply(this, given);
      characters += cost(this, given, got);
      return got;
    };
  }
  globalThis.decodeURIComponent = (text) => {
    decoded += 1;
    return decode(text);
  };
  try {
    read();
  } finally {
    for (const [name, original] of originals) texts[name] = original;
    globalThis.decodeURIComponent = decode;
  }
  return { characters, decoded };
}
