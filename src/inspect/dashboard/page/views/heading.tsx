import { useEffect, useState } from 'preact/hooks';
import { count, duration } from '../model/format.js';
import type { Route } from '../model/route.js';
import { hashOf } from '../model/route.js';
import { announce } from '../parts/announce.js';
import { StateBadge } from '../parts/state-badge.js';
import { chooseTheme, chosenTheme, type Theme } from '../parts/theme.js';
import { useNow } from '../parts/time.js';
import { store, useFeed } from '../store.js';

const VIEWS = [
  { view: 'overview', title: 'Overview', href: hashOf({ view: 'overview' }) },
  { view: 'connections', title: 'Connections', href: hashOf({ view: 'connections', query: {} }) },
  { view: 'endings', title: 'Endings', href: hashOf({ view: 'endings', query: {} }) },
] as const;

/** What stands above every view: whose page it is, the ways to the others, and how it stands with the server. */
export function Heading({ route }: { route: Route }) {
  const welcome = useFeed((state) => state.welcome);
  const state = useFeed((found) => found.overview?.supervisors[0]?.state);
  return (
    <header class="page">
      <p class="name">
        <b>wirekeeper</b>
        {welcome === undefined ? null : <span class="of">{welcome.name}</span>}
        {state === undefined ? null : <StateBadge state={state} />}
      </p>
      <nav aria-label="Views">
        {VIEWS.map(({ view, title, href }) => (
          <a key={view} href={href} aria-current={route.view === view ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <LinkStatus />
      <ThemeChoice />
    </header>
  );
}

function LinkStatus() {
  const link = useFeed((state) => state.link);
  const missed = useFeed((state) => state.overview?.missed ?? 0);
  const now = useNow();
  const [wasLost, setWasLost] = useState(false);
  useEffect(() => {
    if (link.status === 'waiting' && !wasLost) {
      setWasLost(true);
      announce('link', 'Lost the connection to the server. What is shown is no longer live.');
    }
    if (link.status === 'up' && wasLost) {
      setWasLost(false);
      announce('link', 'Connected to the server again.');
    }
  }, [link.status, wasLost]);
  if (link.status === 'up')
    return (
      <p class="link up" data-link="up">
        <span class="dot" aria-hidden="true" /> live
        {missed === 0 ? null : <span class="fact"> ({count(missed)} updates missed)</span>}
      </p>
    );
  if (link.status === 'waiting')
    return (
      <p class="link lost" data-link="lost">
        <span class="dot" aria-hidden="true" /> No connection to the server; tries again in{' '}
        {duration(Math.max(0, Math.ceil((link.retryAt - (now - store.state.skewMs)) / 1000) * 1000))}{' '}
        <button type="button" onClick={() => store.retry()}>
          Try now
        </button>
      </p>
    );
  return (
    <p class="link" data-link={link.status}>
      <span class="dot" aria-hidden="true" /> {link.status === 'connecting' ? 'connecting…' : 'not shown'}
    </p>
  );
}

const THEMES = { auto: 'Auto', light: 'Light', dark: 'Dark' } as const satisfies Record<Theme, string>;

function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <label class="theme">
      <span class="unseen">Theme</span>
      <select
        value={theme}
        onChange={(event) => {
          const chosen = event.currentTarget.value as Theme;
          setTheme(chosen);
          chooseTheme(chosen);
        }}
      >
        {(Object.keys(THEMES) as Theme[]).map((name) => (
          <option key={name} value={name}>
            {THEMES[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
