import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = 'console.log("a script");\n';

/** A registry on a loopback port that has one small package. */
export class LocalRegistry {
  readonly name = '@example/bundle';
  readonly version = '1.2.3';
  readonly script = SCRIPT;
  /** How many requests there were. */
  asked = 0;
  private readonly tarball = pack({ name: this.name, version: this.version });
  readonly integrity = `sha512-${createHash('sha512').update(this.tarball).digest('base64')}`;
  private readonly server = createServer((request, response) => {
    this.answer(request, response);
  });

  static async start(): Promise<LocalRegistry> {
    const registry = new LocalRegistry();
    await once(registry.server.listen(0, '127.0.0.1'), 'listening');
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    this.asked += 1;
    if (url.endsWith('.tgz')) response.end(this.tarball);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(this.listing()));
  }

  private listing(): object {
    const { name, version, integrity } = this;
    const dist = { tarball: `${this.url}/bundle.tgz`, integrity };
    return {
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { name, version, dist } },
    };
  }
}

/** As npm packs: everything in a folder `package`. */
function pack(manifest: object): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  try {
    mkdirSync(join(folder, 'package/dist'), { recursive: true });
    writeFileSync(join(folder, 'package/package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'package/dist/script.js'), SCRIPT);
    execFileSync('tar', ['-czf', 'bundle.tgz', 'package'], { cwd: folder });
    return readFileSync(join(folder, 'bundle.tgz'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
