import {
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
} from '@nestjs/websockets';
import { CurrentSession, sessionOf, type Session } from 'nestjs-clerk-auth';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import type { Server, Socket } from 'socket.io';

/** One room for everybody who is signed in. */
@WebSocketGateway()
@GuardConnections()
export class ChatGateway implements OnGatewayConnection<Socket>, OnGatewayDisconnect<Socket> {
  @WebSocketServer() private readonly server!: Server;

  /** The gate has let the client in: there is a session by now. */
  handleConnection(client: Socket): void {
    this.tell(`${nameOf(sessionOf(client))} has come`);
  }

  handleDisconnect(client: Socket): void {
    this.tell(`${nameOf(sessionOf(client))} has left`);
  }

  @SubscribeMessage('say')
  say(@CurrentSession() session: Session, @MessageBody() words: unknown): void {
    const text = typeof words === 'string' ? words.slice(0, 500) : '';
    if (text !== '') this.server.emit('said', { name: nameOf(session), text });
  }

  private tell(text: string): void {
    this.server.emit('told', text);
  }
}

/** A custom claim of the session token, which LocalClerk puts there. */
function nameOf(session: Session | null): string {
  const name = (session?.claims as { readonly name?: unknown } | undefined)?.name;
  return typeof name === 'string' ? name : 'Somebody';
}
