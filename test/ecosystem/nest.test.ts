// biome-ignore-all lint/correctness/noUnusedFunctionParameters: a parameter with a decorator counts as unused
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  Module,
  type NestInterceptor,
  ParseIntPipe,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  WsException,
} from '@nestjs/websockets';
import { interval, map, type Observable, take } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Connection, connect, reconnectDelayOf, refuse } from 'wirekeeper';
import { createNestAdapter, type GatewayConnection, type GatewayServer, type NestAdapter } from 'wirekeeper/nest';

@Injectable()
class Members implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const client = context.switchToWs().getClient<GatewayConnection<{ user: string }>>();
    return client.data.user === 'ann';
  }
}

@Injectable()
class Wrapping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data) => ({ event: 'wrapped', data })));
  }
}

@Injectable()
class Greetings {
  to(name: string): string {
    return `hello ${name}`;
  }
}

const seen: unknown[] = [];

@WebSocketGateway({
  path: '/chat',
  authenticate: ({ query }: { readonly query: URLSearchParams }) =>
    query.has('user') ? { data: { user: query.get('user') } } : refuse(401),
})
class Chat implements OnGatewayConnection, OnGatewayDisconnect {
  @WebSocketServer() readonly server!: GatewayServer;
  readonly #greetings: Greetings;

  constructor(greetings: Greetings) {
    this.#greetings = greetings;
  }

  handleConnection(client: GatewayConnection<{ user: string }>): void {
    client.emit('welcome', this.#greetings.to(client.data.user));
  }

  async handleDisconnect(client: GatewayConnection, reason?: string): Promise<void> {
    const { trigger, code } = await client.closed;
    seen.push([trigger, code, reason]);
  }

  @SubscribeMessage('echo')
  echo(@MessageBody() data: unknown, @ConnectedSocket() client: Connection): unknown {
    return { event: 'echo', data: [data, client.role] };
  }

  @SubscribeMessage('count')
  count(@MessageBody('to') to: number): Observable<unknown> {
    return interval(1).pipe(
      take(to),
      map((data) => ({ event: 'count', data })),
    );
  }

  @SubscribeMessage('all')
  all(@MessageBody() data: unknown): void {
    this.server.emit('news', data);
  }

  @SubscribeMessage('twice')
  twice(@MessageBody(ParseIntPipe) value: number): unknown {
    return { event: 'twice', data: value * 2 };
  }

  @UseGuards(Members)
  @UseInterceptors(Wrapping)
  @SubscribeMessage('members')
  members(): string {
    return 'in';
  }

  @SubscribeMessage('wrong')
  wrong(): void {
    throw new WsException('wrong');
  }
}

@Controller()
class Pages {
  @Get()
  page(): string {
    return 'a page';
  }
}

@Module({ providers: [Chat, Greetings], controllers: [Pages] })
class App {}

let app: INestApplication;
let adapter: NestAdapter;
let url: string;

beforeEach(async () => {
  seen.length = 0;
  app = await NestFactory.create(App, { logger: false });
  adapter = await createNestAdapter(app);
  app.useWebSocketAdapter(adapter);
  await app.listen(0, '127.0.0.1');
  url = `127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
});
afterEach(() => app.close());

async function enter(user: string): Promise<Connection> {
  const client = await connect(`ws://${url}/chat?user=${user}`);
  expect((await client.receive())?.json()).toEqual({ event: 'welcome', data: `hello ${user}` });
  return client;
}

async function ask(client: Connection, event: string, data?: unknown): Promise<unknown> {
  client.send(JSON.stringify({ event, data }));
  return (await client.receive())?.json();
}

test('a gateway handles messages, with its providers, pipes, interceptors, and Observables', async () => {
  await using client = await enter('ann');
  expect(await ask(client, 'echo', { a: 1 })).toEqual({ event: 'echo', data: [{ a: 1 }, 'accepted'] });
  expect(await ask(client, 'twice', '21')).toEqual({ event: 'twice', data: 42 });
  expect(await ask(client, 'members')).toEqual({ event: 'wrapped', data: 'in' });
  expect(await ask(client, 'count', { to: 2 })).toEqual({ event: 'count', data: 0 });
  expect((await client.receive())?.json()).toEqual({ event: 'count', data: 1 });
  expect(await (await fetch(`http://${url}/`)).text()).toBe('a page');
});

test('guards, pipes, and exceptions answer with the event exception', async () => {
  await using client = await enter('bob');
  for (const [event, message] of [
    ['members', 'Forbidden resource'],
    ['wrong', 'wrong'],
  ] as const)
    expect(await ask(client, event)).toMatchObject({ event: 'exception', data: { status: 'error', message } });
  expect(await ask(client, 'twice', 'tea')).toMatchObject({ event: 'exception', data: { status: 'error' } });
  expect(await ask(client, 'echo', 1)).toMatchObject({ event: 'echo' });
});

test('`authenticate` refuses before the 101, and @WebSocketServer sends to all', async () => {
  await expect(connect(`ws://${url}/chat`)).rejects.toMatchObject({ report: { httpStatus: 401 } });
  await using ann = await enter('ann');
  await using bob = await enter('bob');
  ann.send('{"event":"all","data":5}');
  for (const client of [ann, bob]) expect((await client.receive())?.json()).toEqual({ event: 'news', data: 5 });
});

test('a gateway gets the close report of a client, and app.close() drains', async () => {
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  ann.close(4000);
  await expect.poll(() => seen).toEqual([['peer-closed', 4000, expect.stringContaining('4000')]]);
  await app.close();
  const { received } = await bob.closed;
  expect(received?.code).toBe(1012);
  expect(reconnectDelayOf(received?.reason ?? '')).toBeLessThanOrEqual(5_000);
  expect(seen[1]).toEqual(['drained', 1012, expect.stringContaining('1012')]);
  expect(adapter.supervisor.state).toBe('stopped');
});
