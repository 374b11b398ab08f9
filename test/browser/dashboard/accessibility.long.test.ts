import { accessibleOn } from './accessible-on.js';

accessibleOn(['dark', 'on a phone']);
