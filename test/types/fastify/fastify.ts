/** A plugin for Fastify. Only compiled: against the source, and against the packed package. */
import Fastify from 'fastify';
import { type Connection, type Frame, refuse, type Supervisor } from 'wirekeeper';
import {
  type FastifyWirekeeperOptions,
  fastifyWirekeeper,
  type GrantOfRoute,
  type WebSocketHandler,
  type WebSocketRouteOptions,
} from 'wirekeeper/fastify';

const app = Fastify();
const grant: GrantOfRoute = ({ headers }) =>
  headers.authorization === undefined ? refuse(401) : { data: headers.authorization };
const options: FastifyWirekeeperOptions = {
  origins: 'any',
  limits: { maxConnections: 5 },
  drain: { spreadMs: 5 },
  grant,
};
await app.register(fastifyWirekeeper, options);

const ofRoute: WebSocketRouteOptions = { protocols: ['v1'], limits: { maxConnectionsPerAddress: 2 } };
app.get<{ Params: { name: string }; Querystring: { since: number } }>(
  '/rooms/:name',
  { websocket: true, wirekeeper: ofRoute },
  async function (connection, { params, query, log }) {
    const name: string = params.name;
    const since: number = query.since;
    const frame: Frame | undefined = await connection.receive();
    log.info(`${name} ${since} ${frame?.text()} ${this.prefix} ${connection.request.path}`);
    return { code: 4000 };
  },
);

export const handler: WebSocketHandler = (connection, request) => (request.ws ? connection.closed : undefined);
app.route({ method: 'GET', url: '/a', websocket: true, handler });
app.route({ method: 'GET', url: '/b', handler: async () => 'http', wsHandler: handler });

export const supervisor: Supervisor = app.wirekeeper;
export const connection: Promise<Connection> = app.injectWS('/rooms/tea', { headers: { authorization: 'x' } });

// @ts-expect-error a handler for requests
app.get('/c', { websocket: true }, async (_request, reply) => reply.send('no'));
// @ts-expect-error an unknown option
await app.register(fastifyWirekeeper, { origin: 'any' });
// @ts-expect-error an unknown option of a route
app.get('/d', { websocket: true, wirekeeper: { drain: {} } }, handler);
// @ts-expect-error no code
export const wrong: WebSocketHandler = async () => ({ code: '4000' });
