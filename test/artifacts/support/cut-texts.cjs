/* global document, getComputedStyle, HTMLSelectElement */
/** Runs in the page: finds texts that are clipped, stick out of the window, or don't fit into their element. */
module.exports = function cutTexts() {
  /** The width of a select's arrow, pixels. */
  const ARROW = 16;
  const found = [];
  const width = document.documentElement.clientWidth;
  const canvas = document.createElement('canvas').getContext('2d');
  if (document.documentElement.scrollWidth > width) found.push('the page scrolls sideways');
  for (const element of document.querySelectorAll('main *, header *, nav *')) {
    if (element.closest('.unseen, svg, pre, option') !== null || element.getClientRects().length === 0) continue;
    const { left, right } = element.getBoundingClientRect();
    const name = `${element.tagName} ${element.innerText.slice(0, 40)}`;
    const { overflowX, overflowY, font, paddingLeft, paddingRight } = getComputedStyle(element);
    if (left < -1 || right > width + 1) found.push(`${name} sticks out`);
    if (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1) found.push(`${name} is clipped sideways`);
    if (overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1) found.push(`${name} is clipped below`);
    if (!(element instanceof HTMLSelectElement)) continue;
    canvas.font = font;
    const room = element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - ARROW;
    for (const { text } of element.options) if (canvas.measureText(text).width > room) found.push(`option ${text} does not fit`);
  }
  return found;
};
