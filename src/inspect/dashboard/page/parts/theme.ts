/** The look of the page: the system's, or one that the viewer has chosen and that this browser keeps. */
export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'wirekeeper.theme';

export function chosenTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'auto';
  } catch {
    // A browser may forbid storage.
    return 'auto';
  }
}

export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
  showTheme(theme);
}

/** Shows a theme; those who draw with its colours hear of it by the event `wirekeeper-theme`. */
export function showTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  dispatchEvent(new Event('wirekeeper-theme'));
}

/** One of the theme's colours as a canvas takes it: a variable's own value still says what it is in each scheme. */
export function colour(name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
