import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header } from '@nestjs/common';
import { Public } from 'nestjs-clerk-auth';

const FOLDER = join(import.meta.dirname, '../public');

/** The page and its files. socket.io serves its own client. */
@Controller()
@Public()
export class PageController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    return read('index.html');
  }

  @Get('page.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  script(): string {
    return read('page.js');
  }

  @Get('page.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): string {
    return read('page.css');
  }
}

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}
