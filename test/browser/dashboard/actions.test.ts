import { expect, test } from 'vitest';
import type { DashboardAction } from '../../../src/inspect/dashboard/index.js';
import { eventually } from '../../support/eventually.js';
import { aService, withTraffic } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

const ACTIONS = /Close|Terminate|Drain|Redial/;

inBrowser('actions in the page', (open) => {
  test('are not there without the option', async () => {
    await using service = await aService();
    await withTraffic(service);
    const { id } = await service.at('/rooms/ann');
    const { page } = await open(service.url);
    await live(page);
    await page.locator('.tree').getByText('upstream').waitFor();
    expect(await page.getByRole('button', { name: ACTIONS }).count()).toBe(0);
    for (const hash of [`connection/${id}`, 'dialer/service/upstream', 'supervisor/service']) {
      await page.goto(`${service.url}#/${hash}`);
      await page.locator('g.state.here').waitFor();
      expect(await page.getByRole('button', { name: ACTIONS }).count(), hash).toBe(0);
    }
  });

  test('close a connection with a code and a reason, once it is confirmed', async () => {
    const done: DashboardAction[] = [];
    await using service = await aService({ dashboard: { actions: true, onAction: (what) => done.push(what) } });
    const client = await service.dial('/rooms/ann');
    const { id } = await service.at('/rooms/ann');
    const { page } = await open(`${service.url}#/connection/${id}`);
    const button = page.getByRole('button', { name: 'Close…' });
    await button.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect([done, client.state]).toEqual([[], 'open']);

    await button.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Code').fill('1006');
    await dialog.getByRole('button', { name: 'Close it' }).click();
    await dialog.getByRole('alert').filter({ hasText: '1006' }).waitFor();
    expect(client.state).toBe('open');

    await dialog.getByLabel('Code').fill('4008');
    await dialog.getByLabel('Reason, which the peer sees').fill('enough');
    // What the server sends meanwhile leaves the fields alone.
    client.send('hello');
    await page.getByText('1 messages, 5 B').first().waitFor();
    await dialog.getByRole('button', { name: 'Close it' }).click();
    expect((await client.closed).received).toEqual({ code: 4008, reason: 'enough' });
    await dialog.waitFor({ state: 'detached' });
    await page.locator('.explanation').filter({ hasText: '4008' }).waitFor();
    expect(done.map(({ isDone }) => isDone)).toEqual([false, true]);
  });

  test('terminate a connection', async () => {
    await using service = await aService({ dashboard: { actions: true } });
    const { connection } = await service.join('/rooms/silent');
    const { page } = await open(`${service.url}#/connection/${connection.id}`);
    await page.getByRole('button', { name: 'Terminate…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Terminate it' }).click();
    expect(await connection.closed).toMatchObject({ trigger: 'terminated' });
  });

  test('let a dialer redial', async () => {
    await using service = await aService({ dashboard: { actions: true } });
    await withTraffic(service);
    const dialer = service.supervisor.child('upstream');
    if (dialer?.kind !== 'dialer') throw new Error('there is no such dialer');
    const { id } = await dialer.connected();
    const { page } = await open(service.url);
    const item = page.locator('[data-child="upstream"]');
    await item.getByRole('link', { name: id, exact: true }).waitFor();
    await item.getByRole('button', { name: 'Redial…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Redial' }).click();
    await eventually(() => dialer.connection !== undefined && dialer.connection.id !== id);
    await item.getByRole('link', { name: dialer.connection?.id ?? '', exact: true }).waitFor();
  });

  test('drain a share of the connections, and show how far it is', async () => {
    await using service = await aService({ dashboard: { actions: true } });
    for (let index = 0; index < 19; index += 1) await service.dial(`/rooms/${index}`);
    const { supervisor } = service;
    const { page } = await open(service.url);
    await page.getByRole('button', { name: 'Drain a share…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Share, in %').fill('50');
    await dialog.getByLabel('Over, in s').fill('2');
    await service.dial('/rooms/another');
    await page.locator('.tree').getByText('20 connections').first().waitFor();
    await dialog.getByRole('button', { name: 'Drain them' }).click();
    await page.getByRole('progressbar', { name: 'Drain of service' }).waitFor();
    await eventually(() => supervisor.endings.filter(({ trigger }) => trigger === 'drained').length === 10);
    await page.locator('.totals, .panel').getByText('drained').first().waitFor();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    expect(supervisor.connections.size).toBe(10);
  });
});
