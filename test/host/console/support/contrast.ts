/** Contrast of the texts of a page (WCAG 2.1, 1.4.3): what is computed from the colours that the browser shows. */
import type { Page } from 'playwright-core';

/** In the page: each visible text with its contrast, opacity of its ancestors counted. */
const CONTRASTS = `(() => {
  // a new value is marked for a moment, in the colours of the theme that was there then
  document.getAnimations().forEach((animation) => animation.finish());
  const parse = (text) => {
    const parts = text.match(/[\\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
  };
  const over = (top, alpha, under) => top.map((value, i) => value * alpha + under[i] * (1 - alpha));
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(parse(getComputedStyle(at).backgroundColor));
    return layers.reduce((under, { rgb, alpha }) => over(rgb, alpha, under), [255, 255, 255]);
  };
  const opacity = (element) => {
    let product = 1;
    for (let at = element; at; at = at.parentElement) product *= Number(getComputedStyle(at).opacity);
    return product;
  };
  const ratio = (element, colour) => {
    const back = background(element);
    const { rgb, alpha } = parse(colour);
    const [light, dark] = [luminance(over(rgb, alpha * opacity(element), back)), luminance(back)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility({ visibilityProperty: true }) || element.closest('script, noscript, option')) continue;
    seen.push([node.data.trim().slice(0, 40), ratio(element, getComputedStyle(element).color)]);
  }
  for (const element of document.querySelectorAll('input, textarea, select')) {
    if (!element.checkVisibility()) continue;
    seen.push([element.value || element.tagName, ratio(element, getComputedStyle(element).color)]);
    if (element.placeholder) seen.push([element.placeholder, ratio(element, getComputedStyle(element, '::placeholder').color)]);
  }
  return seen;
})()`;

/** Texts below `least`, and how many there are. */
export async function findFaint(page: Page, least = 4.5): Promise<{ count: number; faint: string[] }> {
  const seen: [string, number][] = await page.evaluate(CONTRASTS);
  return { count: seen.length, faint: seen.filter(([, ratio]) => ratio < least).map(([text, ratio]) => `"${text}" ${ratio.toFixed(2)}:1`) };
}
