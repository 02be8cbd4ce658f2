import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';

/** What the network does: it carries, it resets, or it takes everything and hands on nothing. */
type Weather = 'fair' | 'cut' | 'swallowing';

/** The network between a machine and Redis, of which a test is the weather. */
export class TcpProxy {
  private weather: Weather = 'fair';
  private lag = 0;
  private readonly links = new Set<Link>();

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {
    server.on('connection', (socket) => {
      this.accept(socket);
    });
  }

  static async to(target: number): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true }).listen(0, HOST);
    await once(server, 'listening');
    return new TcpProxy(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections go through, or hang in, it. */
  get connections(): number {
    return this.links.size;
  }

  /** Carries everything, what it had swallowed too: so TCP does it, by sending again. */
  pass(): void {
    this.weather = 'fair';
    for (const link of this.links) link.pass();
  }

  /** Leads to another server from now on: connections that there are break. */
  lead(target: number): void {
    this.target = target;
    for (const link of this.links) link.reset();
  }

  /** Resets what there is, and whatever comes. */
  cut(): void {
    this.weather = 'cut';
    for (const link of this.links) link.reset();
  }

  /** Takes everything and hands on nothing. Nobody is told. */
  swallow(): void {
    this.weather = 'swallowing';
    for (const link of this.links) link.hold();
  }

  /** Everything takes so many milliseconds longer, each way. */
  delay(milliseconds: number): void {
    this.lag = milliseconds;
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(socket: Socket): void {
    if (this.weather === 'cut') {
      socket.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const link = new Link(socket, connect(this.target, HOST), () => this.lag);
    this.links.add(link);
    socket.once('close', () => this.links.delete(link));
    if (this.weather === 'swallowing') link.hold();
    else link.pass();
  }
}

/** One connection through the proxy. */
class Link {
  private isHeld = false;
  private held: (() => void)[] = [];

  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    private readonly lag: () => number,
  ) {
    this.carry(near, far);
    this.carry(far, near);
  }

  pass(): void {
    this.isHeld = false;
    for (const carry of this.held) carry();
    this.held = [];
    this.near.resume();
    this.far.resume();
  }

  hold(): void {
    this.isHeld = true;
    // Read on by us, so that one who hangs up is noticed; handed on to nobody.
    this.near.resume();
  }

  reset(): void {
    // libuv refuses to reset what is being shut down, and Node then never lets go of it.
    if (this.near.writableEnded) this.near.destroy();
    else this.near.resetAndDestroy();
    this.far.destroy();
  }

  private carry(from: Socket, to: Socket): void {
    from.on('data', (data) => {
      this.later(() => to.write(data));
    });
    from.once('end', () => {
      this.later(() => to.end());
    });
    from.once('close', () => {
      if (from === this.near) to.destroy();
    });
    from.on('error', () => to.destroy());
  }

  private later(carry: () => void): void {
    if (this.isHeld) this.held.push(carry);
    else if (this.lag() > 0) setTimeout(carry, this.lag());
    else carry();
  }
}
