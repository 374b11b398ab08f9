import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toPlantUml } from '../../src/inspect/index.js';
import { MACHINES } from './machines.js';
import { marks } from './marks.js';
import { whatIsMissing } from './packages.js';

const hasPlantUml = spawnSync('plantuml', ['-version'], { encoding: 'utf8' }).status === 0;
if (!hasPlantUml) whatIsMissing('plantuml is not installed: run scripts/install-peers.sh readers');

describe.runIf(hasPlantUml)('PlantUML', () => {
  test('draws every machine without an error', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wirekeeper-plantuml-'));
    try {
      for (const [index, [, machine]] of MACHINES.entries()) {
        writeFileSync(join(folder, `${index}.puml`), toPlantUml(machine));
        writeFileSync(join(folder, `marked-${index}.puml`), toPlantUml(machine, { marks }));
      }
      const { status, stderr } = spawnSync('plantuml', ['-charset', 'UTF-8', '-tsvg', join(folder, '*.puml')], {
        encoding: 'utf8',
      });
      const wrong = [...stderr.matchAll(/file: .*?(\d+)\.puml/g)].map(([, index]) => MACHINES[Number(index)]?.[0]);
      expect({ status, wrong, stderr }).toMatchObject({ status: 0, wrong: [] });
      expect(readdirSync(folder).filter((file) => file.endsWith('.svg'))).toHaveLength(2 * MACHINES.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
