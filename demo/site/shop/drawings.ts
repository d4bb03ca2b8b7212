/** The colours of a bag: its paper, its label, its background. */
const BAGS: Readonly<Record<string, readonly [paper: string, label: string, back: string]>> = {
  morning: ['#e9b872', '#fff3dc', '#fdf3e3'],
  harbour: ['#5b8fa8', '#e6f2f7', '#eaf3f7'],
  night: ['#7a6a8f', '#efe9f6', '#f1edf6'],
};

/** A picture of a product as SVG. Undefined for an unknown product. */
export function drawGoods(id: string): string | undefined {
  if (id === 'dripper') {
    return svg('#f3efe8', '<path d="M66 50h88l-26 42h-36z" fill="#d8cdbb"/><path d="M66 50h88l-3 6h-82z" fill="#c6b89f"/><rect x="84" y="92" width="52" height="8" rx="4" fill="#c6b89f"/><path d="M150 58h8a12 12 0 0 1 0 24h-20" fill="none" stroke="#c6b89f" stroke-width="7"/><path d="M92 106h36l-4 26h-28z" fill="#b98d62" fill-opacity=".55"/>');
  }
  const bag = Object.hasOwn(BAGS, id) ? BAGS[id] : undefined;
  if (!bag) return undefined;
  const [paper, label, back] = bag;
  return svg(back, `<path d="M74 34h72l6 98h-84z" fill="${paper}"/><path d="M74 34h72l-2 -12h-68z" fill="${paper}" fill-opacity=".75"/><rect x="84" y="62" width="52" height="46" rx="5" fill="${label}"/><ellipse cx="110" cy="85" rx="11" ry="15" fill="${paper}" transform="rotate(28 110 85)"/><path d="M104 73q10 12 12 24" fill="none" stroke="${label}" stroke-width="3"/>`);
}

function svg(back: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 150"><rect width="220" height="150" fill="${back}"/>${content}</svg>`;
}
