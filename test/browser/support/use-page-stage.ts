import { PageStage, type PageParts } from './page-stage.js';
import { useOpened } from './use-opened.js';

/** A stage of pages for each test. */
export function usePageStage(parts?: PageParts): () => PageStage {
  return useOpened((browser) => PageStage.open(browser, parts));
}
