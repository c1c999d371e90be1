// What test/vscode/launcher.mjs has the page of our panel do: each function is sent there alone.

/**
 * What a person cannot see or reach but by scrolling sideways. Code may scroll in its own box, and what ends in an
 * ellipsis has a title.
 * @returns {string} JSON: the width of the page and the faults
 */
export function cutOff() {
  /** @type {string[]} */
  const faults = [];
  const { clientWidth, clientHeight, scrollWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`The page is ${scrollWidth} wide.`);
  /** @param {Element} each */
  const visit = (each) => {
    const { left, right, width, height } = each.getBoundingClientRect();
    const { overflowX, overflowY, textOverflow, display, clipPath } = getComputedStyle(each);
    if (display === 'none' || clipPath !== 'none') return;
    /** @param {string} what */
    const report = (what) => {
      const name = `${each.localName}.${each.getAttribute('class')}`;
      faults.push(`${name} ${what}: ${each.textContent?.trim().slice(0, 40)}`);
    };
    if (width > 0 && height > 0 && (left < -1 || right > clientWidth + 1))
      report(`reaches ${left} to ${right}`);
    const mayScroll = ['pre', 'input'].includes(each.localName) || textOverflow === 'ellipsis';
    const isWide = each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1;
    if (isWide && overflowX !== 'visible' && !mayScroll)
      report(`is ${each.scrollWidth} wide in ${each.clientWidth}`);
    const isHigh = each.clientHeight > 0 && each.scrollHeight > each.clientHeight + 1;
    if (isHigh && !['visible', 'auto'].includes(overflowY)) report('is cut below');
    if (isHigh && overflowY === 'auto' && each.clientHeight < Math.min(160, clientHeight))
      report(`shows ${each.clientHeight} of its height`);
    if (each.localName === 'pre') return;
    for (const child of [...(each.shadowRoot?.children ?? []), ...each.children]) visit(child);
  };
  visit(document.body);
  return JSON.stringify({ width: clientWidth, faults });
}

/**
 * How the map is drawn: from the click on its tab to the first frame with a box, the best of three, beside the time that
 * two frames take in which nothing is done, as a busy machine slows both; and while it is scrolled from its top to its end, where each frame is to have a location or a back end from the first to the last pixel that is in view.
 * @param {Element} tab
 * @returns {Promise<string>} JSON: milliseconds, the number of frames, and where there was a gap
 */
export async function drawing(tab) {
  const root = /** @type {ShadowRoot} */ (tab.getRootNode());
  const map = () => root.querySelector('nginx-websocket-map')?.shadowRoot;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  let paint = Infinity;
  let idle = 0;
  for (let times = 0; times < 3; times += 1) {
    /** @type {HTMLElement} */ (root.querySelector('#tab-way')).click();
    while (map() !== undefined) await frame();
    await frame();
    const before = performance.now();
    await frame();
    await frame();
    const start = performance.now();
    idle += (start - before) / 3;
    /** @type {HTMLElement} */ (tab).click();
    while ((map()?.querySelector('.box.location') ?? null) === null) await frame();
    // Drawn by the end of this frame.
    await frame();
    paint = Math.min(paint, performance.now() - start);
  }
  const scroll = /** @type {HTMLElement} */ (map()?.querySelector('.scroll'));
  let frames = 0;
  /** @type {number[]} */
  const gaps = [];
  const step = scroll.clientHeight * 12;
  for (let top = 0; top < scroll.scrollHeight; top += step) {
    scroll.scrollTop = top;
    await frame();
    frames += 1;
    const { top: from, bottom } = scroll.getBoundingClientRect();
    const rows = [...scroll.querySelectorAll('.box.location, .box.server')].map((box) =>
      box.getBoundingClientRect(),
    );
    // The row of a box is a little higher than the box.
    for (let y = from + 4; y < bottom - 4; y += 8)
      if (!rows.some((row) => row.top - 8 <= y && y <= row.bottom + 8)) {
        gaps.push(top);
        break;
      }
  }
  return JSON.stringify({ paint, idle, frames, gaps });
}
