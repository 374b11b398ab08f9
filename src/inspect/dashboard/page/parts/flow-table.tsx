import type { MachineFlow } from '../../protocol/overview.js';
import { count } from '../model/format.js';
import type { Layout } from '../model/layout.js';
import { edgeId } from '../model/layout.js';

/** A diagram's figures as tables, for those who do not see it or want exact numbers. */
export function FlowTable({ layout, flow }: { layout: Layout; flow: MachineFlow }) {
  const places = layout.states.filter(({ kind }) => kind !== 'compound');
  const edges = new Map(flow.edges.map((edge) => [edgeId(edge.from, edge.event, edge.to), edge]));
  const steps = layout.routes.flatMap(({ from, to, steps: taken }) => taken.map(({ event }) => ({ from, event, to })));
  return (
    <details class="as-table">
      <summary>As tables</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section class="tables" tabIndex={0} aria-label="Figures, can be scrolled">
        <table>
          <caption>States</caption>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Now
              </th>
              <th scope="col" class="number">
                Entered
              </th>
            </tr>
          </thead>
          <tbody>
            {places.map(({ path, kind }) => (
              <tr key={path}>
                <th scope="row">{path}</th>
                <td class="number">{kind === 'final' ? '' : count(flow.states[path]?.now ?? 0)}</td>
                <td class="number">{count(flow.states[path]?.entered ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table>
          <caption>Steps</caption>
          <thead>
            <tr>
              {['From', 'Event', 'To'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
              {['Last second', 'Last minute', 'Since the start'].map((title) => (
                <th key={title} scope="col" class="number">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {steps.map(({ from, event, to }) => {
              const edge = edges.get(edgeId(from, event, to));
              return (
                <tr key={`${from}>${event}`}>
                  <td>{from}</td>
                  <th scope="row">{event}</th>
                  <td>{to}</td>
                  <td class="number">{count(edge?.lastSecond ?? 0)}</td>
                  <td class="number">{count(edge?.lastMinute ?? 0)}</td>
                  <td class="number">{count(edge?.sinceStart ?? 0)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </details>
  );
}
