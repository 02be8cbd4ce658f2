import type { Timer } from '../connections/timer.js';

/** A timer must not keep a process alive that has nothing else to do. */
export const unrefTimer: Timer = (callback, milliseconds) => {
  const timeout = setTimeout(callback, milliseconds);
  timeout.unref();
  return () => {
    clearTimeout(timeout);
  };
};
