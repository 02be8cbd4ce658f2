import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What a server of Nest answers over TCP. */
export interface RawAnswer {
  readonly id?: string;
  readonly err?: unknown;
  readonly response?: unknown;
}

/** A client of Nest's TCP transport that writes its packets by hand: `<length>#<JSON>`. */
export class RawMessages {
  private waiting: ((answer: RawAnswer) => void)[] = [];
  private unread = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.hear(text);
    });
  }

  static async connect(port: number): Promise<RawMessages> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawMessages(socket);
  }

  /** @param packet JSON, as it goes over the wire */
  write(packet: string): void {
    this.socket.write(`${packet.length}#${packet}`);
  }

  /** Writes, and waits for the next answer. */
  async ask(packet: string): Promise<RawAnswer> {
    const answer = new Promise<RawAnswer>((resolve) => this.waiting.push(resolve));
    this.write(packet);
    return answer;
  }

  close(): void {
    this.socket.destroy();
  }

  private hear(text: string): void {
    this.unread += text;
    for (;;) {
      const length = /^(\d+)#/.exec(this.unread);
      if (length === null) return;
      const start = length[0].length;
      const end = start + Number(length[1]);
      if (this.unread.length < end) return;
      const answer = JSON.parse(this.unread.slice(start, end)) as RawAnswer;
      this.unread = this.unread.slice(end);
      this.waiting.shift()?.(answer);
    }
  }
}
