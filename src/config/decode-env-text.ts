/**
 * The text of an environment file: UTF-8, or UTF-16 as some editors and PowerShell write it, which a mark at its
 * beginning tells. With line breaks of Unix. `undefined` for what is no text.
 */
export function decodeEnvText(bytes: Buffer): string | undefined {
  const text = decode(bytes).replace(/^\uFEFF/, '');
  return text.includes('\0') ? undefined : text.replaceAll(/\r\n?/g, '\n');
}

function decode(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return bytes.toString('utf16le');
  if (mark !== 'feff') return bytes.toString('utf8');
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString('utf16le');
}
