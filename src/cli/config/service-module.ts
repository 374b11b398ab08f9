import * as v from 'valibot';
import { OptionError } from '../../index.js';
import type { ServiceDefinition } from '../../service/index.js';
import { loadModule } from '../process/load-module.js';
import { messageOf } from '../process/message-of.js';
import { checkPathsDiffer } from './distinct-paths.js';
import { settingsEntries } from './settings.js';
import { must, object, placeOf } from './shape.js';

/** A handler of a module, with the options of its path. */
export interface ModuleHandler {
  readonly path: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a module defines, its shape checked. */
export interface ServiceModule {
  readonly settings: Omit<v.InferOutput<typeof service>, 'handlers' | 'setup' | 'supervisor'>;
  readonly supervisor: NonNullable<ServiceDefinition<unknown>['supervisor']>;
  readonly handlers: readonly ModuleHandler[];
  readonly setup: ServiceDefinition<unknown>['setup'];
}

const isFunction = (value: unknown): value is (...args: never[]) => unknown => typeof value === 'function';

const HANDLERS = 'an object of handlers by path, such as { "/echo": async (connection) => { ... } }';

/** The library checks what it is given itself. */
const unchecked = v.exactOptional(v.any());

const service = object('a service', {
  ...settingsEntries,
  limits: unchecked,
  liveness: unchecked,
  supervisor: v.exactOptional(
    object('an object of supervisor options', {
      strategy: unchecked,
      intensity: unchecked,
      dialLimiter: unchecked,
    }),
  ),
  setup: v.exactOptional(v.custom<NonNullable<ServiceDefinition<unknown>['setup']>>(isFunction, must('a function'))),
  handlers: v.custom<object>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    must(HANDLERS),
  ),
});

/**
 * Loads the module of a service.
 *
 * @throws {OptionError} one sentence that begins with the file: it cannot be loaded, or its default export is no
 *   service. What the library checks itself is not checked here.
 */
export async function loadService(file: string): Promise<ServiceModule> {
  const exported = await loadModule(file, file);
  if (!('default' in exported))
    throw new OptionError(`${file} has no default export; write: export default defineService({ ... }).`);
  try {
    return checkService(exported['default']);
  } catch (error) {
    const problem = error instanceof OptionError ? error.message : `cannot be read: ${messageOf(error)}`;
    throw new OptionError(`${file}: ${problem}`, { cause: error });
  }
}

/** @throws {OptionError} for what is no service. What getters throw passes unchanged. */
export function checkService(given: unknown): ServiceModule {
  if (typeof given !== 'object' || given === null)
    throw new OptionError(`the default export is of type ${typeof given}; it must be what defineService returns.`);
  const { success, output, issues } = v.safeParse(service, withoutUndefined(given), { abortEarly: true });
  if (!success) {
    const [issue] = issues;
    throw new OptionError(`${placeOf(issue) || 'the default export'} ${issue.message}.`);
  }
  const { handlers: given_, setup, supervisor = {}, ...settings } = output;
  const handlers = Object.entries(given_).map(([path, handler]) => ({ path, options: optionsOf(path, handler) }));
  if (handlers.length === 0) throw new OptionError('handlers is empty; it must have at least one path.');
  checkPathsDiffer(handlers.map(({ path }) => ({ paths: [path], place: placeOfHandler(path) })));
  return { settings, supervisor, handlers, setup };
}

/** Where the handler of a path stands in its module, for messages. */
export const placeOfHandler = (path: string): string => `handlers[${JSON.stringify(path)}]`;

/** Modules may write `undefined` for what they leave out; valibot's exact options do not allow it. */
function withoutUndefined(given: object): object {
  if (Array.isArray(given)) return given;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function optionsOf(path: string, handler: unknown): ModuleHandler['options'] {
  if (isFunction(handler)) return { handler };
  const place = placeOfHandler(path);
  if (typeof handler !== 'object' || handler === null || Array.isArray(handler))
    throw new OptionError(
      `${place} is ${Array.isArray(handler) ? 'a list' : `of type ${typeof handler}`}; ` +
        'it must be a handler, or an object of handler and options.',
    );
  const options = { ...handler } as Readonly<Record<string, unknown>>;
  const wrong = DECIDED.find((key) => key in options);
  if (wrong !== undefined)
    throw new OptionError(`${place}.${wrong} cannot be given; the service decides it for all paths.`);
  if (!isFunction(options['handler'])) throw new OptionError(`${place}.handler is required and must be a function.`);
  return options;
}

const DECIDED = ['port', 'host', 'server', 'path', 'unmatched', 'hosts', 'trustProxy'] as const;
