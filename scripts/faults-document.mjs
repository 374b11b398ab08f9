/** docs/faults.md, made of what a run of the fault matrix has seen. Pure. */

const HEAD = `# Faults

What a connection reports when something goes wrong, for each fault and in each phase: *connecting*, until the opening handshake has been answered; *open*; and *closing*, from our Close to the peer's. A row without a role holds for connections that were accepted and for those that were dialed; a row without \`plain\` or \`TLS\` holds for both.

Every row was seen. \`npm run faults\` runs all cells of the matrix in \`test/faults/matrix\` and writes this page. A cell holds that the report is this one, that there is exactly one, that it comes within the bound, and that nothing is left: no connection, no socket, no timer, no handler. Where nothing is reported, the connection still echoes afterwards, and closes cleanly. [Close reports](close-reports.md) explains the words.

**Bounds.** \`openWithinMs\` is 10 s by default, \`closeWithinMs\` 5 s, \`pingEveryMs\` 30 s, and \`answerWithinMs\` 10 s; a deadline is rounded up by at most a sixteenth. Set them as short as your network allows: only they find a peer that is silent. \`headersTimeout\` is an option of your own \`node:http\` or \`node:https\` server, 60 s by default. *At once* means when the system says so, without a deadline. A stall of your own event loop may come on top; \`localStallMs\` shows it.

**A client that is not let in yet has no connection**, and so no close report: there is an event, \`handshake.refused\` or \`listener.error\`. From its 101 on an accepted connection is open, whether the 101 arrives or not.

On Linux, as root, the matrix also takes a link between two network namespaces down, and spoils its routes: the reports are those of the blackholes below, and a dial without a route to its host is \`dial-failed\` with \`EHOSTUNREACH\`.
`;

const TIMES = '## How long it took';

const PHASES = ['connecting', 'open', 'closing'];
const code = (text) => `\`${text}\``;

/** An error by its code, or by what it says. */
const causeOf = (cause) => (/^[A-Z\d_]+$/.test(cause) ? code(cause) : cause);

/** What is reported, in words. */
export function reported(outcome) {
  switch (outcome.is) {
    case 'unharmed':
      return 'nothing: it goes on';
    case 'unseen':
      return 'nothing: no request has come';
    case 'refused':
      return `event ${code('handshake.refused')}, ${outcome.status}`;
    case 'dropped':
      return `event ${code('listener.error')}, ${causeOf(outcome.cause)}`;
    case 'report': {
      const { trigger, endedBy, code: closeCode } = outcome.verdict;
      const ended = endedBy === undefined ? '' : `, ${code('endedBy')} ${code(endedBy)}`;
      // The code of a Close that was called for is the caller's.
      const said = trigger === 'close-called' || closeCode === 1006 ? '' : `, code ${closeCode}`;
      return `${code(trigger)}${ended}${said}`;
    }
    default:
      throw new Error(`there is no outcome ${outcome.is}`);
  }
}

/** Names of options as code. */
const bound = (within) => within.replace(/\b[a-z]+[A-Z]\w*/g, code);

/** Rows that say the same are one row, which names only what tells it from others. */
function rowsOf(cells) {
  const rows = new Map();
  for (const { phase, role, protocol, outcome, within, why } of cells) {
    const cause = outcome.is === 'report' && outcome.verdict.cause !== undefined ? causeOf(outcome.verdict.cause) : '';
    const text = `${reported(outcome)} | ${cause} | ${bound(within)} | ${why}`;
    const key = `${phase} ${text}`;
    const row = rows.get(key) ?? { phase, text, roles: new Set(), protocols: new Set() };
    row.roles.add(role);
    row.protocols.add(protocol);
    rows.set(key, row);
  }
  return [...rows.values()].toSorted((a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase));
}

function placeOf({ phase, roles, protocols }) {
  return [phase, ...(roles.size === 1 ? roles : []), ...(protocols.size === 1 ? protocols : [])].join(', ');
}

/** @param files what the files of the matrix have seen. */
export function faultsDocument(files) {
  const faults = files.flatMap(({ faults: shown, seen }) =>
    shown.map(({ name, how, at }) => ({ name, how, at, cells: seen.filter(({ fault }) => fault === name) })),
  );
  const ordered = faults.toSorted((a, b) => a.at - b.at);
  const sections = ordered.map(({ name, how, cells }) =>
    [
      `## ${name[0].toUpperCase()}${name.slice(1)}`,
      '',
      how,
      '',
      '| where | report | cause | within | why |',
      '| --- | --- | --- | --- | --- |',
      ...rowsOf(cells).map((row) => `| ${placeOf(row)} | ${row.text} |`),
      '',
    ].join('\n'),
  );
  const times = [
    TIMES,
    '',
    'From the fault to the report, or to the end of a connection that goes on, in the run that wrote this page: the slowest of all cells. Deadlines were short, `openWithinMs` 3,000, `closeWithinMs` 600, `pingEveryMs` 400, and `answerWithinMs` 300; but a port of a listener gives a request its 10 s.',
    '',
    '| fault | cells | ms |',
    '| --- | --- | --- |',
    ...ordered.map(
      ({ name, cells }) => `| ${name} | ${cells.length} | ${Math.max(...cells.map(({ tookMs }) => tookMs))} |`,
    ),
    '',
  ];
  return [HEAD, ...sections, times.join('\n')].join('\n');
}

/** The document without what differs from run to run. */
export function withoutTimes(document) {
  return document.slice(0, document.indexOf(TIMES));
}
