/* global document, getComputedStyle */
/**
 * Runs in the page: finds the chart's texts that have too little contrast with their possible backgrounds. axe can't find the
 * background of a text inside an SVG.
 */
module.exports = function chartContrasts() {
  /** The smallest contrast ratio by WCAG 2.2, 1.4.3. */
  const LEAST = 4.5;
  const channels = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const fillOf = (selector) => getComputedStyle(document.querySelector(`.legend ${selector}`)).fill;
  const page = getComputedStyle(document.querySelector('.chart')).backgroundColor;
  const bars = ['.by-chain', '.by-node', '.by-consent'].map(fillOf);
  /** The backgrounds that each kind of text may have. */
  const grounds = { 'row-title': [page, fillOf('.broken')], tick: [page], version: bars };
  const texts = [...document.querySelectorAll('.chart svg text')];
  if (texts.length === 0) return ['the chart has no text'];
  return texts.flatMap((text) => {
    const on = grounds[text.getAttribute('class')] ?? [];
    if (on.length === 0) return [`${text.textContent}: on what does it lie?`];
    return on.filter((ground) => contrast(getComputedStyle(text).fill, ground) < LEAST).map((ground) => `${text.textContent} on ${ground}`);
  });
};
