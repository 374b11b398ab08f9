import { useEffect, useRef } from 'preact/hooks';
import type { Route } from './model/route.js';
import { Announcer } from './parts/announce.js';
import { useRoute } from './parts/use-route.js';
import { useFeed } from './store.js';
import { ConnectionsView } from './views/connections.js';
import { EndingsView } from './views/endings.js';
import { Gate } from './views/gate.js';
import { Heading } from './views/heading.js';
import { OverviewView } from './views/overview.js';
import { SubjectView } from './views/subject.js';

/** The whole page. `token` is that of the link by which one came. */
export function App({ token }: { token: string | undefined }) {
  const route = useRoute();
  const link = useFeed((state) => state.link);
  const isGated = link.status === 'token' || link.status === 'refused';
  const place = route.view === 'subject' ? JSON.stringify(route.subject) : route.view;
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${titleOf(route)} · wirekeeper`;
    // The focus follows to the new view, as it would to a new page; at the start it stays where the browser has it.
    if (!isFirst.current) main.current?.querySelector('h1')?.focus();
    isFirst.current = false;
    scrollTo(0, 0);
  }, [place]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Heading route={route} />
      <main id="main" ref={main} tabIndex={-1}>
        {isGated ? <Gate link={link} token={token} /> : <View route={route} />}
      </main>
      <Announcer />
    </>
  );
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case 'overview':
      return <OverviewView />;
    case 'connections':
      return <ConnectionsView query={route.query} />;
    case 'endings':
      return <EndingsView query={route.query} />;
    case 'subject':
      return <SubjectView subject={route.subject} />;
  }
}

function titleOf(route: Route): string {
  switch (route.view) {
    case 'overview':
      return 'Overview';
    case 'connections':
      return 'Connections';
    case 'endings':
      return 'Recent endings';
    case 'subject':
      return `One ${route.subject.machine}`;
  }
}
