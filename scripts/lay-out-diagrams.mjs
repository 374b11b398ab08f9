/**
 * Lays the machines out for the dashboard, when the package is built: Graphviz finds the places, the page draws. Each
 * state and each step has an id that the machine gives it, so that counts and steps of the feed find their place.
 */
import { instance } from '@viz-js/viz';
import { initialTransition, transition } from 'xstate';

/** What an inch has of Graphviz's points. Widths of nodes are in inches, all else in points. */
const POINTS_PER_INCH = 72;
const STATE = { padding: 34, characterWidth: 7.6, minWidth: 96, height: 46 };
const LABEL = { characterWidth: 5.7, countWidth: 36, lineHeight: 15 };
/** The name of a state with states inside, in one of its corners, with its count behind it. */
const NAME = { characterWidth: 7.6, countWidth: 44, height: 20, inset: 10 };

/**
 * Finds the places of each machine's states and steps, in a tall layout for narrow screens and in a wide one.
 *
 * @param machines XState machines by name. They have neither context nor guards, as all of ours.
 */
export async function layOutDiagrams(machines) {
  const viz = await instance();
  return Object.fromEntries(
    Object.entries(machines).map(([name, machine]) => {
      const routes = routesOf(machine);
      const lay = (direction) => layoutOf(viz.renderJSON(dotOf(machine, routes, direction)), machine, routes);
      return [name, { tall: lay('TB'), wide: lay('LR') }];
    }),
  );
}

const pathOf = (value) =>
  typeof value === 'string' ? value : Object.entries(value).map(([a, b]) => `${a}.${pathOf(b)}`)[0];
const valueOf = (path) =>
  path.split('.').reduceRight((inner, name) => (inner === undefined ? name : { [name]: inner }), undefined);

/** The innermost states, in the order of the source. */
function leavesOf(node) {
  const inner = Object.values(node.states);
  return inner.length === 0 ? [node] : inner.flatMap(leavesOf);
}

/** What leads from one state to another: XState's interpreter is asked for each state and event. */
export function routesOf(machine) {
  const routes = new Map();
  for (const node of leavesOf(machine.root)) {
    if (node.type === 'final') continue;
    const from = node.path.join('.');
    for (const event of eventsOf(node)) {
      const snapshot = machine.resolveState({ value: valueOf(from), context: {} });
      const [next, actions] = transition(machine, snapshot, { type: event });
      const to = pathOf(next.value);
      const key = `${from}>${to}`;
      const route = routes.get(key) ?? { from, to, steps: [] };
      route.steps.push({ event, effects: actions.map(({ type }) => type) });
      routes.set(key, route);
    }
  }
  return [...routes.values()];
}

function eventsOf(node) {
  const events = [];
  for (let at = node; at !== undefined; at = at.parent) events.push(...at.transitions.keys());
  return [...new Set(events)];
}

const quote = (text) => JSON.stringify(text);

/** The size of a label, as a row for each event with its count beside it. */
function labelSizeOf({ steps }) {
  const longest = Math.max(...steps.map(({ event }) => event.length));
  return { width: longest * LABEL.characterWidth + LABEL.countWidth, height: steps.length * LABEL.lineHeight };
}

function widthOf(node) {
  return Math.max(STATE.minWidth, node.key.length * STATE.characterWidth + STATE.padding);
}

function dotOf(machine, routes, direction) {
  const inches = (points) => (points / POINTS_PER_INCH).toFixed(3);
  const stateLines = (node) => {
    const id = quote(node.path.join('.'));
    const inner = Object.values(node.states);
    if (inner.length > 0)
      return [
        `subgraph ${quote(`cluster_${node.path.join('.')}`)} { margin=14; label=" "; ${inner.flatMap(stateLines).join(' ')} }`,
      ];
    return [`${id} [width=${inches(widthOf(node))}, height=${inches(STATE.height)}];`];
  };
  const lines = Object.values(machine.root.states).flatMap(stateLines);
  const edges = routes.map((route) => {
    const { width, height } = labelSizeOf(route);
    const label = `<<table border="0" cellborder="0" cellspacing="0" cellpadding="0" fixedsize="true" width="${Math.ceil(width)}" height="${Math.ceil(height)}"><tr><td></td></tr></table>>`;
    return `${quote(route.from)} -> ${quote(route.to)} [label=${label}];`;
  });
  const [initial] = initialTransition(machine);
  return `digraph { rankdir=${direction}; nodesep=0.22; ranksep=0.35; node [shape=box, fixedsize=true, label=""];
    start [shape=circle, width=0.14, height=0.14];
    start -> ${quote(pathOf(initial.value))};
    ${lines.join('\n')}
    ${edges.join('\n')} }`;
}

const round = Math.round;

/** Graphviz counts upwards from the lower left corner, and SVG downwards from the upper left one. */
function layoutOf(drawn, machine, routes) {
  const [leftmost, bottom, right, top] = drawn.bb.split(',').map(Number);
  const x = (value) => round(Number(value) - leftmost);
  const y = (value) => round(top - Number(value));
  const start = ([[px, py]]) => `M${x(px)} ${y(py)}`;
  // SVG counts each group of points from the point before the group; small numbers make a small page.
  const offsets = (points, groupOf) =>
    points
      .slice(1)
      .map(([px, py], index) => {
        const [fromX, fromY] = points[index - (index % groupOf)];
        return `${x(px) - x(fromX)} ${y(py) - y(fromY)}`;
      })
      .join(' ')
      .replaceAll(' -', '-');
  const objects = new Map(drawn.objects.map((object) => [object.name, object]));
  const place = (node) => {
    const path = node.path.join('.');
    const inner = Object.values(node.states);
    const object = objects.get(inner.length > 0 ? `cluster_${path}` : path);
    const common = { path, name: node.key };
    if (inner.length > 0) {
      const [x1, y1, x2, y2] = object.bb.split(',').map(Number);
      const box = { ...common, kind: 'compound', x: x(x1), y: y(y2), width: round(x2 - x1), height: round(y2 - y1) };
      const inside = inner.flatMap(place);
      const width = node.key.length * NAME.characterWidth + NAME.countWidth;
      return [{ ...box, label: freeCorner(box, width, [...labels, ...inside]) }, ...inside];
    }
    const [cx, cy] = object.pos.split(',').map(Number);
    const [width, height] = [object.width, object.height].map((inch) => round(Number(inch) * POINTS_PER_INCH));
    const kind = node.type === 'final' ? 'final' : 'atomic';
    return [{ ...common, kind, x: round(x(cx) - width / 2), y: round(y(cy) - height / 2), width, height }];
  };
  const lineOf = (edge) => {
    const bezier = edge._draw_.find(({ op }) => op === 'b').points;
    const head = edge._hdraw_.find(({ op }) => op === 'P').points;
    return { line: `${start(bezier)}c${offsets(bezier, 3)}`, head: `${start(head)}l${offsets(head, 1)}z` };
  };
  const nameOf = (index) => drawn.objects[index].name;
  const labelOf = (route) => {
    const [lx, ly] = edges.get(`${route.from}>${route.to}`).lp.split(',').map(Number);
    const { width, height } = labelSizeOf(route);
    return { x: round(x(lx) - width / 2), y: round(y(ly) - height / 2), width: round(width), height: round(height) };
  };
  const isStart = (edge) => nameOf(edge.tail) === 'start';
  const edges = new Map(drawn.edges.map((edge) => [`${nameOf(edge.tail)}>${nameOf(edge.head)}`, edge]));
  const labels = routes.map(labelOf);
  const [sx, sy] = objects.get('start').pos.split(',');
  return {
    width: Math.ceil(right - leftmost),
    height: Math.ceil(top - bottom),
    start: { x: x(sx), y: y(sy), ...lineOf(drawn.edges.find(isStart)) },
    states: Object.values(machine.root.states).flatMap(place),
    routes: routes.map((route, index) => {
      const { height: _, ...label } = labels[index];
      return { ...route, ...lineOf(edges.get(`${route.from}>${route.to}`)), label };
    }),
  };
}

/** The corner of a box where its name covers nothing: the upper left one, if there is a choice or none. */
function freeCorner({ x, y, width, height }, nameWidth, taken) {
  const rows = [y + NAME.inset, y + height - NAME.inset - NAME.height];
  const columns = [x + NAME.inset, x + width - NAME.inset - nameWidth];
  const corners = rows.flatMap((top) => columns.map((left) => ({ x: left, y: top })));
  const overlaps = (corner) => (box) =>
    corner.x < box.x + box.width &&
    box.x < corner.x + nameWidth &&
    corner.y < box.y + box.height &&
    box.y < corner.y + NAME.height;
  const free = corners.find((corner) => !taken.some(overlaps(corner))) ?? corners[0];
  return { x: round(free.x), y: round(free.y + NAME.height - 6) };
}
