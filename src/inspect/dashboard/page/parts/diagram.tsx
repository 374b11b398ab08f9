import { type DiagramFigures, strokeWidth } from '../model/flow.js';
import { compact, count } from '../model/format.js';
import { edgeId, type Layout, type RouteLine, type StateBox } from '../model/layout.js';

const LINE_HEIGHT = 15;
/** Room for a line of text around the drawing, which some labels leave. */
const MARGIN = 8;

/** A machine as its diagram. `id` begins the ids of its parts: one machine may be drawn several times. */
export function Diagram({ id, title, layout, figures }: DiagramProps) {
  const { width, height, start, states, routes } = layout;
  const view = `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`;
  return (
    <svg
      class="diagram"
      viewBox={view}
      width={width + 2 * MARGIN}
      height={height + 2 * MARGIN}
      role="img"
      aria-label={title}
    >
      {states.filter(isCompound).map((state) => (
        <State key={state.path} id={id} state={state} figures={figures} />
      ))}
      <g class="start">
        <circle cx={start.x} cy={start.y} r="5" />
        <path class="line" d={start.line} />
        <path class="head" d={start.head} />
      </g>
      {routes.map((route) => (
        <Arrow key={`${route.from}>${route.to}`} id={id} route={route} figures={figures} />
      ))}
      {states
        .filter((state) => !isCompound(state))
        .map((state) => (
          <State key={state.path} id={id} state={state} figures={figures} />
        ))}
    </svg>
  );
}

interface DiagramProps {
  readonly id: string;
  readonly title: string;
  readonly layout: Layout;
  readonly figures: DiagramFigures;
}

const isCompound = ({ kind }: StateBox): boolean => kind === 'compound';

function State({ id, state, figures }: { id: string; state: StateBox; figures: DiagramFigures }) {
  const { path, name, kind, x, y, width, height, label } = state;
  const value = figures.states.get(path);
  const { position } = figures;
  const isHere = position === path || (kind === 'compound' && position?.startsWith(`${path}.`) === true);
  const marks = `state ${kind} of-${path.split('.')[0]}${isHere ? ' here' : ''}${value ? ' busy' : ''}`;
  if (kind === 'compound')
    return (
      <g id={`${id}-state-${path}`} class={marks} data-state={path} data-count={value}>
        <rect x={x} y={y} width={width} height={height} rx="10" />
        <text class="name" x={label?.x ?? x} y={label?.y ?? y}>
          {name}
          {value === undefined ? null : <tspan class="count"> {compact(value)}</tspan>}
        </text>
      </g>
    );
  const middle = x + width / 2;
  return (
    <g id={`${id}-state-${path}`} class={marks} data-state={path} data-count={value}>
      <rect x={x} y={y} width={width} height={height} rx="8" />
      {kind === 'final' ? (
        <rect class="inner" x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx="6" />
      ) : null}
      <text class="name" x={middle} y={y + (value === undefined ? height / 2 + 4 : 18)} text-anchor="middle">
        {name}
      </text>
      {value === undefined ? null : (
        <text class="count" x={middle} y={y + 36} text-anchor="middle">
          {compact(value)}
          <title>{count(value)}</title>
        </text>
      )}
    </g>
  );
}

function Arrow({ id, route, figures }: { id: string; route: RouteLine; figures: DiagramFigures }) {
  const { from, to, steps, line, head, label } = route;
  const rows = steps.map(({ event, effects }) => {
    const edge = edgeId(from, event, to);
    return { event, effects, edge, taken: figures.edges.get(edge) ?? 0, isLit: figures.lit.has(edge) };
  });
  const taken = rows.reduce((sum, row) => sum + row.taken, 0);
  const isLit = rows.some((row) => row.isLit);
  return (
    <g id={`${id}-route-${from}-${to}`} class={`route${isLit ? ' lit' : ''}${taken > 0 ? ' taken' : ''}`}>
      <path class="line" d={line} style={{ strokeWidth: strokeWidth(taken) }} />
      <path class="head" d={head} />
      {rows.map((row, index) => {
        const y = label.y + 11 + index * LINE_HEIGHT;
        const marks = `step${row.isLit ? ' lit' : ''}${row.taken > 0 ? ' taken' : ''}`;
        return (
          <g key={row.edge} id={`${id}-edge-${row.edge}`} class={marks} data-edge={row.edge} data-count={row.taken}>
            <title>{row.effects.length === 0 ? row.event : `${row.event}: ${row.effects.join(', ')}`}</title>
            <text x={label.x} y={y}>
              {row.event}
            </text>
            <text class="count" x={label.x + label.width} y={y} text-anchor="end">
              {row.taken === 0 ? '' : compact(row.taken)}
            </text>
          </g>
        );
      })}
    </g>
  );
}
