import { Reflector } from '@nestjs/core';

// Nest exports this name by a path that differs between 11 and 12; the name itself is the same.
const MODULE_PATH = '__module_path__';

const reflector = new Reflector();

type ModuleClass = Parameters<Reflector['get']>[1];

/** The prefix that `RouterModule` gives to the controllers of a module in one application; empty if none. */
export function modulePath(module: ModuleClass, applicationId: string): string {
  const read = (key: string): string | undefined => reflector.get<string | undefined>(key, module);
  return read(MODULE_PATH + applicationId) ?? read(MODULE_PATH) ?? '';
}
