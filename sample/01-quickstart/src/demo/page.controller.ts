import type { ServerResponse } from 'node:http';
import {
  Controller,
  Get,
  Header,
  NotFoundException,
  Param,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { contentSecurityPolicy } from './content-security-policy.js';
import { FrontEnd } from './front-end.js';
import type { PageSettings } from './page-settings.js';
import { pageFile } from './page-file.js';

/** The page, its files, and what it has to know. */
@Controller()
export class PageController {
  constructor(private readonly frontEnd: FrontEnd) {}

  @Get()
  page(@Res({ passthrough: true }) response: ServerResponse): StreamableFile {
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(this.frontEnd.settings()));
    return this.file('index.html');
  }

  @Get('page/settings')
  @Header('Cache-Control', 'no-store')
  settings(): PageSettings {
    return this.frontEnd.settings();
  }

  @Get('page/:name')
  file(@Param('name') name: string): StreamableFile {
    const file = pageFile(name);
    if (file === undefined) throw new NotFoundException();
    return new StreamableFile(file.content, { type: file.type });
  }
}
