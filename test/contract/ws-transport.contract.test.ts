import { describeTransportContract } from './transport-contract.js';
import { wsHarness } from './ws-harness.js';

describeTransportContract('ws', () => wsHarness());
