import { expect, test } from 'vitest';
import { FactIntake } from '../../src/supervisor/fact-intake.js';
import type { WireFact } from '../../src/transport/wire-fact.js';
import { FakeWire } from '../support/fake-wire.js';

test("hands a wire's facts on as they are", () => {
  const wire = new FakeWire();
  const facts: WireFact[] = [];
  wire.facts$.subscribe(new FactIntake({ dispatch: (fact) => facts.push(fact) }));
  wire.tellClosing(4001, 'bye');
  wire.tellClosed();
  expect(facts.map((fact) => fact.type)).toEqual(['wire.closing', 'wire.closed']);
});
