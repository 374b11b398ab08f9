/**
 * A chat whose machines can be watched while it runs. Tools for XState attach over WebSocket (`serveInspection`), and a
 * visualizer of a few lines, attached in the program (`inspect`), writes what happens to each member down as a sequence
 * diagram in Mermaid.
 *
 * Run it with `npm run example -- inspected-chat`, open the page it prints in a browser, then talk to
 * ws://127.0.0.1:8080/chat with two clients. Ctrl-C stops it, and prints the diagram.
 */
import { fileURLToPath } from 'node:url';
import type { Supervisor } from 'wirekeeper';
import { type InspectedActor, type InspectionServer, inspect, serveInspection } from 'wirekeeper/inspect';
import type { InspectionEvent } from 'xstate';
import { start as startChat } from './chat-session.js';

/** The most arrows of a diagram that a person reads. */
const MOST_ARROWS = 200;

/** A visualizer: the events that connections and their actors take, as arrows, and the states they reach, as notes. */
export class SequenceDiagram {
  readonly #lines: string[] = [];
  readonly #states = new Map<string, string>();

  readonly next = (event: InspectionEvent): void => {
    const { kind, id } = event.actorRef as InspectedActor;
    if ((kind !== 'connection' && kind !== 'actor') || this.#lines.length >= MOST_ARROWS) return;
    const name = nameOf(kind, id);
    if (event.type === '@xstate.event') {
      const source = event.sourceRef as unknown as InspectedActor | undefined;
      const from = source === undefined ? 'peer' : nameOf(source.kind, source.id);
      this.#lines.push(`  ${from}->>${name}: ${event.event.type}`);
    } else if (event.type === '@xstate.snapshot' && 'value' in event.snapshot) {
      const state = JSON.stringify(event.snapshot.value).replaceAll(/["{}]/g, '').replaceAll(':', '.');
      if (this.#states.get(name) === state) return;
      this.#states.set(name, state);
      this.#lines.push(`  Note over ${name}: ${state}`);
    }
  };

  /** The diagram so far. */
  get text(): string {
    return ['sequenceDiagram', ...this.#lines, ''].join('\n');
  }
}

const nameOf = (kind: string, id: string): string => `${kind}_${id.replaceAll(/\W/g, '_')}`;

/** Settings of the chat and of the inspection server. */
interface InspectedChatOptions {
  readonly port?: number;
  readonly inspectionPort?: number;
}

/** An inspected chat. */
interface InspectedChat {
  readonly supervisor: Supervisor;
  readonly url: string;
  readonly server: InspectionServer;
  readonly diagram: SequenceDiagram;
}

/** Starts the chat, the inspection server, and the visualizer. */
export async function start({ port = 8080, inspectionPort = 8229 }: InspectedChatOptions = {}): Promise<InspectedChat> {
  const { supervisor, listener } = await startChat({ port });
  const server = await serveInspection(supervisor, { port: inspectionPort });
  const diagram = new SequenceDiagram();
  inspect(supervisor, diagram);
  return { supervisor, url: `ws://127.0.0.1:${listener.address?.port}/chat`, server, diagram };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, url, server, diagram } = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log(`Chat on ${url}. Watch it at ${server.url?.replace('ws:', 'http:')}. Ctrl-C stops.`);
  process.once('SIGINT', () => void supervisor.stop());
  await supervisor.ended;
  await server.stop();
  console.log(diagram.text);
}
