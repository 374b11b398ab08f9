import { render } from 'preact';
import { App } from './app.js';
import { hashOf, tokenOf } from './model/route.js';
import { chosenTheme, showTheme } from './parts/theme.js';
import { store } from './store.js';

showTheme(chosenTheme());
store.start();
const token = tokenOf(location.hash);
// An address is shown, kept in the history, and sent to others: the token leaves it.
if (token !== undefined) history.replaceState(undefined, '', hashOf({ view: 'overview' }));
render(<App token={token} />, document.body);
