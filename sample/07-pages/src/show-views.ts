import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';

const FOLDER = join(import.meta.dirname, '..');
const HTMX = createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js');

/** Has `@Render()` make pages of `views/`, and serves what they load: files that everybody may see. */
export function showViews(app: NestExpressApplication): void {
  app.setBaseViewsDir(join(FOLDER, 'views'));
  app.setViewEngine('hbs');
  app.useStaticAssets(join(FOLDER, 'public'));
  app.useStaticAssets(HTMX, { prefix: '/htmx.js' });
}
