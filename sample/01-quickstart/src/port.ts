/** The TCP port that an environment variable names; 0 means any free one. */
export function portFrom(variable: string, fallback: number): number {
  const written = process.env[variable] ?? '';
  if (written === '') return fallback;
  const port = Number(written);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new Error(`${variable} must be a number from 0 to 65535.`);
}
