/** The project's documents as pages of the site. Pure. */
import { posix } from 'node:path';

/** The guides in the order of use, then the documents about the project. */
export const GUIDES = [
  'docs/getting-started.md',
  'docs/accepting.md',
  'docs/authentication.md',
  'docs/sending.md',
  'docs/messages.md',
  'docs/streams.md',
  'docs/cluster.md',
  'docs/dialing.md',
  'docs/supervision.md',
  'docs/draining.md',
  'docs/deploying.md',
  'docs/close-reports.md',
  'docs/faults.md',
  'docs/timelines.md',
  'docs/testing.md',
  'docs/testing-with-models.md',
  'docs/events.md',
  'docs/observability.md',
  'docs/frameworks.md',
  'docs/fastify.md',
  'docs/nest.md',
  'docs/websocket.md',
  'docs/ws.md',
  'docs/migrating-from-ws.md',
  'docs/migrating-from-socket-io.md',
  'docs/dashboard.md',
  'docs/service.md',
  'docs/dial.md',
  'docs/actors.md',
  'docs/diagrams.md',
  'docs/inspection.md',
  'docs/transport.md',
  'docs/conformance.md',
  'docs/performance.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
];

const titleOf = (text) => /^# (.*)$/m.exec(text)?.[1] ?? '';

/** The page of a public name or of an entry, as TypeDoc's links ask for it; `undefined` if there is none. */
function symbolOf(anchor, entries) {
  const whole = entries.find(({ entry }) => entry.replace(/\W/g, '') === anchor);
  if (whole !== undefined) return `"${whole.entry}"`;
  const entry = entries.find(({ names }) => names.some(({ name }) => name === anchor))?.entry;
  return entry === undefined ? undefined : `"${entry}".${anchor}`;
}

/**
 * A document as a page. Links to the list of public names lead to the names' own pages, and links to files that are no
 * pages lead to the repository.
 *
 * @param path of the document, relative to the project's root.
 */
export function pageOf(path, text, { entries, repository }) {
  const links = text.replace(/(!?)\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)\s:]+)\)/g, (whole, image, label, link) => {
    if (image !== '' || link.startsWith('#')) return whole;
    const [file = '', anchor = ''] = link.split('#', 2);
    const target = posix.join(posix.dirname(path), file);
    if (target === 'docs/reference.md') {
      const symbol = symbolOf(anchor, entries);
      return symbol === undefined ? label : `{@link ${symbol} | ${label}}`;
    }
    return [...GUIDES, 'README.md'].includes(target) ? whole : `[${label}](${repository}/blob/main/${target})`;
  });
  return path === 'README.md' ? links : `---\ntitle: ${JSON.stringify(titleOf(text))}\n---\n\n${links}`;
}
