/** The contrast of text in drawings, of which axe-core cannot say what is behind it. */
import type { Page } from 'playwright-core';

/** WCAG 2.2, success criterion 1.4.3, for text of this size. */
const LEAST = 4.5;

/** Compares each text with the outline around its letters, the box that it stands in, or the panel behind it. */
const MEASURE = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const opacity = (element) =>
    element === null || element.tagName === 'svg' ? 1 : getComputedStyle(element).opacity * opacity(element.parentElement);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (text) => {
    const { stroke } = getComputedStyle(text);
    if (stroke !== 'none') return stroke;
    const box = text.closest('.state')?.querySelector('rect');
    return box ? getComputedStyle(box).fill : getComputedStyle(text.closest('.panel')).backgroundColor;
  };
  return [...document.querySelectorAll('.diagram :is(text, tspan)')].filter((text) => text.textContent !== '').map((text) => {
    const [back, front] = [channels(behind(text)), channels(getComputedStyle(text).fill)];
    const share = opacity(text);
    const [one, other] = [back, front.map((value, at) => value * share + back[at] * (1 - share))].map(luminance);
    return { text: text.textContent, ratio: (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) };
  });
})()`;

/** The texts of the page's drawings that are too faint, one line each. */
export async function faintTexts(page: Page): Promise<string[]> {
  const texts = await page.evaluate<{ readonly text: string; readonly ratio: number }[]>(MEASURE);
  return texts.filter(({ ratio }) => ratio < LEAST).map(({ text, ratio }) => `${text} ${ratio.toFixed(2)}:1`);
}
