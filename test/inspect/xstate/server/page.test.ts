import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { pageWith } from '../../../../src/inspect/xstate/server/page.js';

const { html, headers } = pageWith('https://inspector.example/draw?a=1&b="<x>"');

test('runs its own script and style only, which its policy names by their hashes', () => {
  const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(html) ?? [];
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(html) ?? [];
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(headers['content-security-policy']?.split('; ')).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      'frame-src https://inspector.example',
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(style)}`,
    ]),
  );
});

test('has the inspector in a frame, whose URL cannot leave its attribute', () => {
  expect(html).toContain('src="https://inspector.example/draw?a=1&amp;b=%22%3Cx%3E%22"');
});

test('its URL, which may have the token, is sent to nobody', () => {
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(html).toContain('referrerpolicy="no-referrer"');
});
