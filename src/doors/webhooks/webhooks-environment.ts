import { settledEnvironment, type Environment } from '../../config/clerk-environment.js';
import { readEnvironmentFiles } from '../../module/environment-files.js';

/** The secrets that the process, or a file of its environment, gives; read as ClerkModule reads its own. */
export function webhooksEnvironment(files: readonly string[]): Environment {
  return settledEnvironment(process.env, readEnvironmentFiles(files));
}
