interface ListenError extends Error {
  readonly code: string;
  readonly port: number;
}

/** Says in one line why the app cannot run, and ends it. */
export function giveUp(error: unknown): void {
  console.error(isPortTaken(error) ? portTaken(error.port) : messageOf(error));
  process.exit(1);
}

function isPortTaken(error: unknown): error is ListenError {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function portTaken(port: number): string {
  return (
    `Port ${port} is in use. Stop what listens there, or choose other ports, such as:\n` +
    '  PORT=3001 LOCAL_CLERK_PORT=4001 npm start'
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
