import { Stage, type Part } from './stage.js';
import { useOpened } from './use-opened.js';

/** A stage for each test. */
export function useStage(part?: Part): () => Stage {
  return useOpened((browser) => Stage.open(browser, part));
}
