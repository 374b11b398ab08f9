import { render } from 'preact';
import { App } from './app.js';
import { chosenTheme, showTheme } from './parts/theme.js';
import { store } from './store.js';

showTheme(chosenTheme());
store.start();
render(<App />, document.body);
