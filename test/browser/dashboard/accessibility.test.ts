import { accessibleOn } from './accessible-on.js';

accessibleOn(['light']);
