import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { explain } from '../../../src/index.js';
import { parseTimeline, replay } from '../../../src/inspect/index.js';
import { start } from '../../cli/fake-terminal.js';
import { aService, withTraffic } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

inBrowser('one connection in the page', (open) => {
  test('is found by search, moves through the diagram, explains its end, and replays from its download', async () => {
    await using service = await aService();
    await withTraffic(service);
    const { recorder } = service;
    const { peer, connection } = await service.join('/rooms/silent?token=secret');
    const { page } = await open(service.url);
    await live(page);

    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('searchbox').fill('rooms/SILENT');
    await page.getByText(/^1 of \d+ connections$/).waitFor();
    await page.getByRole('link', { name: connection.id }).click();
    await page.getByRole('heading', { name: connection.id }).waitFor();
    await page.locator('g.state.here[data-state="open"]').waitFor();

    connection.close(4003, 'over');
    await page.locator('g.state.here[data-state="closing.awaitingPeer"]').waitFor();
    await page.locator('.entries').getByText('open → closing.awaitingPeer').waitFor();
    peer.sendClose(4003);
    peer.socket.end();
    await page.locator('g.state.here[data-state="closed"]').waitFor();

    const report = await connection.closed;
    const explanation = page.locator('.explanation');
    expect(await explanation.textContent()).toBe(explain({ ...report, reason: '', sent: { code: 4003, reason: '' } }));
    const section = explanation.getByRole('link', { name: /^RFC 6455 section [\d.]+$/ }).first();
    expect(await section.getAttribute('href')).toMatch(/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc6455#section-[\d.]+$/);

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as JSON' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`${connection.id.replaceAll(/[^\w.-]/g, '_')}.json`);
    const file = await download.path();
    const replayed = replay(parseTimeline(await readFile(file, 'utf8')));
    expect(replayed.difference).toBeUndefined();
    expect(replayed.agrees).toBe(true);
    expect(replayed.state).toBe('closed');
    const recorded = recorder.timelineOf(connection.id);
    if (recorded?.machine !== 'connection') throw new Error('the recorder has lost the connection');
    expect(replayed.report).toEqual(recorded.end?.report);
    expect(replayed.report).toMatchObject({ trigger: report.trigger, code: 4003, endedAt: report.endedAt });

    const command = start('replay', file, '--json');
    expect([await command.status, command.terminal.stderr.text]).toEqual([0, '']);
    const printed: unknown = JSON.parse(command.terminal.stdout.text.trimEnd().split('\n').at(-1) ?? '');
    expect(printed).toMatchObject({
      type: 'replay',
      agrees: true,
      report: JSON.parse(JSON.stringify(replayed.report)),
    });
  });
});
