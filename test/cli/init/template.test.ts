import { expect, test } from 'vitest';
import { templateOf } from '../../../src/cli/init/template.js';

const files = new Map(templateOf('chat', '1.2.3').map(({ name, content }) => [name, content]));
const contentOf = (name: string) => files.get(name) ?? '';

test('depends on this version, and on nothing else', () => {
  expect(JSON.parse(contentOf('package.json'))).toMatchObject({
    name: 'chat',
    private: true,
    type: 'module',
    scripts: { start: 'exec node service.js', test: 'node --test' },
    dependencies: { wirekeeper: '^1.2.3' },
  });
});

test.each([
  ['service.js', 36],
  ['rooms.js', 16],
])('%s is read at a glance: it has at most %i lines', (name, most) => {
  expect(contentOf(name).trimEnd().split('\n').length).toBeLessThanOrEqual(most);
});

// scripts/check-package.mjs installs it, runs its test, and starts it.
test('says how to run it, and ends each file with a line break', () => {
  for (const command of ['npm install', 'npm test', 'npm start', 'npx wirekeeper dial'])
    expect(contentOf('README.md')).toContain(command);
  for (const content of files.values()) expect(content).toMatch(/[^\n]\n$/);
});
