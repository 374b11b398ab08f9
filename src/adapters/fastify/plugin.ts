import type { IncomingMessage } from 'node:http';
import type { FastifyPluginAsync } from 'fastify';
import { takeUpgrades } from '../../transport/index.js';
import { endSupervisor, startSupervisor } from '../framework/framework-supervisor.js';
import { Exchange } from './exchange.js';
import { injectWebSocket } from './inject.js';
import { type FastifyWirekeeperOptions, resolvePlugin } from './plugin-options.js';
import { Routes } from './routes.js';

const plugin: FastifyPluginAsync<FastifyWirekeeperOptions> = async (app, options) => {
  const settings = resolvePlugin(options);
  const supervisor = await startSupervisor('fastify', settings);
  const exchanges = new WeakMap<IncomingMessage, Exchange>();
  const routes = new Routes(supervisor, settings, (message) => exchanges.get(message));

  void supervisor.ended.then(({ outcome, cause }) => {
    if (outcome === 'failed') app.log.error({ err: cause?.error }, 'the supervisor of the WebSockets has failed');
  });
  app.decorate('wirekeeper', supervisor);
  let isReady = false;
  app.addHook('onReady', async () => {
    isReady = true;
  });
  app.decorate('injectWS', async (path = '/', dial) => {
    // It would wait for ever while the application closes.
    if (!isReady) await app.ready();
    return injectWebSocket(app.server, path, dial);
  });
  app.decorateRequest('ws', {
    getter() {
      return exchanges.has(this.raw);
    },
  });
  app.addHook('onRoute', (route) => routes.declare(route));
  // The first of all hooks, if the plugin is registered first: the listener's checks come before the others.
  app.addHook('onRequest', (request, reply, done) => {
    const exchange = exchanges.get(request.raw);
    if (exchange === undefined) done();
    else routes.arrive(exchange, request, reply, done);
  });

  const unfollow = supervisor.followHandshakes({
    began: (handshake) => {
      if (handshake.role !== 'accepted' || handshake.request.raw === undefined) return undefined;
      const exchange = exchanges.get(handshake.request.raw);
      return exchange?.follow((connection) => routes.opened(connection, exchange));
    },
  });
  const leave = takeUpgrades(app.server, {
    wants: ({ url }) => app.server.listenerCount('upgrade') === 1 || routes.paths.mayMatch(url),
    take: (message, socket, head) => {
      const exchange = new Exchange(message, socket, head, routes.listener);
      exchanges.set(message, exchange);
      app.routing(message, exchange.response);
    },
  });
  app.addHook('preClose', async () => {
    await endSupervisor(supervisor, settings);
    leave();
    unfollow.unsubscribe();
  });
};

/**
 * A plugin for Fastify 5: routes with `websocket: true` and `wsHandler` get supervised connections, once every hook has
 * let the client through. Register it before routes and before plugins that add hooks.
 *
 * Its supervisor is `app.wirekeeper`, drained when the application closes. `app.injectWS` is for tests.
 *
 * @throws {OptionError} for a wrong option of the plugin, when it is registered, and of a route, when it is declared.
 */
export const fastifyWirekeeper: FastifyPluginAsync<FastifyWirekeeperOptions> = Object.assign(plugin, {
  // What the package fastify-plugin sets: the plugin's hooks and decorators are those of the instance it is given to.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'wirekeeper',
  [Symbol.for('plugin-meta')]: { name: 'wirekeeper', fastify: '5.x' },
});
