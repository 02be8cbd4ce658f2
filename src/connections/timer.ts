/** Calls once, after so many milliseconds; what it returns calls it off. It must not keep the process alive. */
export type Timer = (callback: () => void, milliseconds: number) => () => void;
