// Words: what the page says about pictures.

/** Creates an element: `element('button', { class: 'chip', onclick }, 'text', child …)`. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export function bytesText(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 999_500 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export function percentText(share) {
  const percent = share * 100;
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent).toLocaleString('en')} %`;
}

export const memoryText = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export const msText = (ms) => (ms < 9.95 ? `${ms.toFixed(1)} ms` : ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

export const sizeText = (width, height) => `${width} × ${height}`;

/** The facts about a source, as pairs of a name and a value. */
export function sourceFacts(info) {
  const facts = [
    ['Size', `${sizeText(info.width, info.height)} px`],
    ['Megapixels', ((info.width * info.height) / 1e6).toFixed(1)],
    ['Format', info.format],
    ['Bytes', bytesText(info.sizeBytes)],
    ['Orientation', info.orientation],
    ['Frames', info.frames],
    ['Alpha', info.hasAlpha],
    ['Bit depth', info.bitDepth],
    ['Profile', info.profile],
    ['Progressive', info.progressive],
  ];
  const say = (value) => (value === true ? 'yes' : value === false ? 'no' : value == null ? 'none' : String(value));
  return facts.filter(([, value]) => value !== undefined).map(([name, value]) => [name, say(value)]);
}

/** The fields of a problem that are worth a row of their own. */
export function problemRows(problem) {
  const said = new Set(['type', 'title', 'detail', 'status', 'instance', 'retry', 'retryAfter']);
  const rows = Object.entries(problem).filter(([name, value]) => !said.has(name) && value != null);
  if (problem.retryAfter) rows.push(['retry after', `${problem.retryAfter} s`]);
  return rows.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value)]);
}
