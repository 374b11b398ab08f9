import { memoryHarness } from './memory-harness.js';
import { describeTransportContract } from './transport-contract.js';

describeTransportContract('memory', memoryHarness);
