// The page: its state, one request at a time, and what is shown of the answer.

import { buildControls } from './controls.js';
import { engine } from './engine.js';
import { covers, effective, fromHash, keptWindow, parameters, toHash } from './parameters.js';
import { bytesText, element, msText, percentText, problemRows, sizeText, snippets, sourceFacts } from './text.js';

const DEBOUNCE_MS = 160;
const START = { w: '800' };

const $ = (id) => document.getElementById(id);
const [stage, view, frame, after, before, split] = ['stage', 'view', 'frame', 'after', 'before', 'split'].map($);

/** What the address of the page says … */
let state = fromHash(location.hash);
/** … and what is known besides: the source's facts, the answer on show, how it is viewed. */
let source = null;
let result = null;
let shown = null;
let samples = [];
let snippet = snippets[0];
const looks = { compare: false, actual: false, absolute: false };

const controls = buildControls($('controls'), (name, value) => {
  const { [name]: _, ...params } = state.params;
  update({ params: value == null ? params : { ...params, [name]: value } });
});

// ---- State ---------------------------------------------------------------------------------------------------------

function update(change, wait = DEBOUNCE_MS) {
  const moved = change.src != null && change.src !== state.src;
  state = { ...state, ...change };
  if (moved && state.params.crop) {
    const { crop: _, ...params } = state.params;
    state.params = params;
  }
  history.replaceState(null, '', `#${toHash(state)}`);
  if (moved) learnSource();
  showRequest();
  schedule(wait);
}

window.addEventListener('hashchange', () => {
  const next = fromHash(location.hash);
  if (toHash(next) === toHash(state)) return;
  const moved = next.src !== state.src;
  state = next;
  if (moved) learnSource();
  showRequest();
  schedule(0);
});

// ---- Requests: debounced, and only the last one counts -------------------------------------------------------------

let timer = 0;
let running = null;

function schedule(wait) {
  clearTimeout(timer);
  running?.abort();
  if (!state.src) return;
  stage.classList.add('busy');
  timer = setTimeout(request, wait);
}

async function request() {
  const own = new AbortController();
  running = own;
  const { src } = state;
  const params = effective(state.params);
  try {
    const answer = await engine.resize(src, params, own.signal);
    if (own.signal.aborted) return;
    await showResult(answer, src, params, own.signal);
  } catch (error) {
    if (own.signal.aborted) return;
    showProblem(error.problem ?? { title: 'Something went wrong', detail: error.message });
  } finally {
    if (running === own) {
      stage.classList.remove('busy');
      showThumbnails();
    }
  }
}

let learning = null;

async function learnSource() {
  learning?.abort();
  const own = new AbortController();
  learning = own;
  source = null;
  $('info').classList.add('stale');
  try {
    const info = await engine.info(state.src, own.signal);
    if (own.signal.aborted) return;
    source = info;
    $('info').replaceChildren(...sourceFacts(info).map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));
  } catch (error) {
    if (own.signal.aborted) return;
    $('info').replaceChildren(element('div', {}, element('dd', {}, error.message)));
  }
  $('info').classList.remove('stale');
  showRequest();
  showFacts();
}

// ---- The request: controls, address, snippets ----------------------------------------------------------------------

const relative = (params) => engine.url(state.src, params);
const absolute = (params) => new URL(relative(params), location.href).href;
const address = (params) => (looks.absolute ? absolute(params) : relative(params));

function showRequest() {
  const params = effective(state.params);
  if (document.activeElement !== $('src')) $('src').value = state.src;
  controls.show(state.params, source);
  showPads(params);
  const link = $('url');
  const known = Boolean(state.src) && engine.url(state.src, params) != null;
  for (const part of document.querySelectorAll('.address, .snippets')) part.hidden = !known;
  $('empty').hidden = Boolean(state.src);
  if (known) {
    link.href = relative(params);
    link.replaceChildren(...colouredAddress(address(params)));
    $('snippet').firstElementChild.textContent = snippet.text({ params, address, absolute, result: shown?.src === state.src ? result : null });
  }
  for (const node of $('samples').querySelectorAll('button')) {
    node.setAttribute('aria-pressed', String(node.dataset.path === state.src));
  }
  view.classList.toggle('aim', covers(state.params) && !looks.compare);
}

/** The address with its parameters' names set apart, breakable after each. */
function colouredAddress(text) {
  const [path, search = ''] = text.split('?');
  const nodes = [path];
  search.split('&').filter(Boolean).forEach((pair, index) => {
    const [name, value] = pair.split('=');
    nodes.push(index ? '&' : '?', element('wbr'), element('b', {}, name), `=${value}`);
  });
  return nodes;
}

/** The small pictures to point at: of the whole source, and of its cropped and turned part. */
async function showPads({ crop, rotate, flip }) {
  if (!source) {
    if (!state.src) [controls.picture, controls.framed].forEach((show) => show(null));
    return;
  }
  const small = { w: '400', h: '400', format: source.hasAlpha ? 'png' : 'jpeg' };
  const turned = Object.fromEntries(Object.entries({ crop, rotate, flip }).filter(([, value]) => value));
  const { src } = state;
  const pictures = await Promise.all([engine.picture(src, small), engine.picture(src, { ...small, ...turned })]);
  if (src !== state.src) return;
  controls.picture(pictures[0]);
  clearTimeout(showPads.timer);
  showPads.timer = setTimeout(() => controls.framed(pictures[1]), DEBOUNCE_MS);
}

// ---- The answer ----------------------------------------------------------------------------------------------------

async function showResult(answer, src, params, signal) {
  const url = URL.createObjectURL(answer.blob);
  const image = new Image();
  image.src = url;
  const visible = answer.width > 0 && await image.decode().then(() => true, () => false);
  if (signal.aborted) return URL.revokeObjectURL(url);
  const old = after.src;
  result = answer;
  shown = { src, params };
  controls.blame(null);
  $('problem').hidden = true;
  stage.classList.remove('failed');
  if (visible) {
    after.src = url;
    if (old.startsWith('blob:')) URL.revokeObjectURL(old);
    after.alt = `The resulting picture, ${sizeText(answer.width, answer.height)} pixels`;
    frame.hidden = false;
    layOut();
    showCompare();
  } else {
    URL.revokeObjectURL(url);
    showProblem({ title: 'Not shown', detail: `The answer is fine, but this browser cannot show ${answer.type}.` });
  }
  showFacts();
  showRequest();
  announce();
}

const fact = (name) => document.querySelector(`[data-fact="${name}"]`);

function showFacts() {
  if (!result) return;
  const whole = shown.src === state.src ? source?.sizeBytes : null;
  fact('size').textContent = result.width ? sizeText(result.width, result.height) : '–';
  const share = whole ? result.bytes / whole : null;
  fact('bytes').replaceChildren(bytesText(result.bytes), ...(share == null ? [] : [' ', element('small', {}, percentText(share), element('span', {}, ' of source'))]));
  $('ratio').value = share == null ? 0 : Math.min(1, share);
  fact('type').textContent = result.type;
  const inside = result.timing?.transform;
  fact('time').replaceChildren(msText(result.ms), ...(inside == null ? [] : [' ', element('small', {}, element('span', {}, 'transform '), msText(inside))]));
  fact('cache').textContent = result.cache ?? '–';
  fact('cache').className = result.cache === 'hit' ? 'hit' : '';
}

let telling = 0;

/** One sentence for screen readers, once things have come to rest. */
function announce(problem) {
  clearTimeout(telling);
  telling = setTimeout(() => {
    $('status').textContent = problem
      ? `${problem.status ? `Error ${problem.status}. ` : ''}${problem.detail ?? problem.title}`
      : `${result.width} by ${result.height} pixels, ${result.type}, ${bytesText(result.bytes)}, ${msText(result.ms)}${result.cache ? `, cache ${result.cache}` : ''}.`;
  }, 500);
}

function showProblem(problem) {
  stage.classList.add('failed');
  const known = parameters.some(({ name }) => name === problem.parameter);
  controls.blame(known ? problem.parameter : null);
  const rows = problemRows(problem).map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, name === 'parameter' ? element('code', {}, value) : value)));
  $('problem').replaceChildren(element('div', { class: 'card' },
    element('p', { class: 'status' }, problem.status ? element('b', {}, String(problem.status)) : null, problem.title ?? ''),
    element('p', { class: 'detail' }, problem.detail ?? ''),
    rows.length ? element('dl', {}, ...rows) : null,
    problem.retry ? element('button', { type: 'button', class: 'quiet', onclick: () => schedule(0) }, 'Try again') : null));
  $('problem').hidden = false;
  announce(problem);
}

// ---- Viewing: size on the screen, comparison, pointing ---------------------------------------------------------------

/** Gives the picture its size on the screen: the whole of it, or pixel for pixel. */
function layOut() {
  if (!result?.width) return;
  const density = looks.actual ? devicePixelRatio : Number(shown.params.dpr ?? 1);
  const [width, height] = [result.width / density, result.height / density];
  const room = getComputedStyle(view);
  const inner = (side, start, end) => view[side] - parseFloat(room[start]) - parseFloat(room[end]);
  const scale = looks.actual ? 1 : Math.min(1,
    inner('clientWidth', 'paddingLeft', 'paddingRight') / width, inner('clientHeight', 'paddingTop', 'paddingBottom') / height);
  frame.style.width = `${width * scale}px`;
  frame.style.height = `${height * scale}px`;
}

new ResizeObserver(layOut).observe(stage);

let comparing = null;

/** The same pixels at a high quality, laid over the result up to the slider. */
async function showCompare() {
  const parts = [before, split, ...frame.querySelectorAll('.tag')];
  if (!looks.compare || !result?.width) {
    parts.forEach((part) => { part.hidden = true; });
    return;
  }
  const { q: _, lossless: __, ...rest } = shown.params;
  const best = { ...rest, ...(source?.hasAlpha ? { format: 'png' } : { format: 'jpeg', q: '95' }) };
  frame.querySelector('.tag-before').textContent = source?.hasAlpha ? 'PNG' : 'JPEG, quality 95';
  frame.querySelector('.tag-after').textContent = result.type.replace('image/', '').toUpperCase();
  const url = await engine.picture(shown.src, best);
  comparing = url;
  const image = new Image();
  image.src = url;
  const loaded = await image.decode().then(() => true, () => false);
  if (comparing !== url || !looks.compare) return;
  if (loaded) before.src = url;
  parts.forEach((part) => { part.hidden = !loaded; });
}

split.addEventListener('input', () => frame.style.setProperty('--split', `${split.value}%`));

for (const name of ['compare', 'actual']) {
  $(name).addEventListener('click', () => {
    looks[name] = !looks[name];
    $(name).setAttribute('aria-pressed', String(looks[name]));
    stage.classList.toggle(name, looks[name]);
    layOut();
    showCompare();
    showRequest();
  });
}

/** A click on the picture sets the focal point, where it decides what is kept. */
after.addEventListener('click', (event) => {
  if (!covers(state.params) || looks.compare) return;
  const kept = keptWindow(shown.params, source) ?? { x: 0, y: 0, width: 1, height: 1 };
  const { left, top, width, height } = after.getBoundingClientRect();
  const share = (at, from, size) => Math.round(Math.min(1, Math.max(0, from + at * size)) * 100) / 100;
  const x = share((event.clientX - left) / width, kept.x, kept.width);
  const y = share((event.clientY - top) / height, kept.y, kept.height);
  update({ params: { ...state.params, gravity: `${x},${y}` } }, 0);
});

// ---- Source, samples, tabs, copying --------------------------------------------------------------------------------

let typing = 0;
$('src').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => $('src').value.trim() && update({ src: $('src').value.trim() }), 600);
});
$('source-form').addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(typing);
  if ($('src').value.trim()) update({ src: $('src').value.trim() }, 0);
});
$('reset').addEventListener('click', () => update({ params: { ...START } }, 0));

async function showSamples() {
  samples = await engine.samples().catch(() => []);
  const items = samples.map(({ path, title, width, height, bytes }) => {
    const name = title ?? path;
    return element('li', {}, element('button', {
      type: 'button', 'data-path': path, 'aria-pressed': 'false', onclick: () => update({ src: path }, 0),
      title: `${name}: ${sizeText(width, height)}, ${bytesText(bytes)}`, 'aria-label': `${name}, ${width} by ${height} pixels`,
    }, element('img', { width: 80, height: 60, alt: '', fetchpriority: 'low' })));
  });
  $('samples').replaceChildren(...items);
  document.querySelector('.samples').classList.toggle('none', items.length === 0);
}

/** After the first answer, so that it need not wait for them. */
function showThumbnails() {
  for (const image of $('samples').querySelectorAll('img:not([src])')) {
    const { path } = image.parentElement.dataset;
    engine.picture(path, { w: '160', h: '120', fit: 'cover' }).then((url) => { image.src = url; }, () => {});
  }
}

function showTab(next, focusIt) {
  snippet = next;
  for (const tab of $('tabs').children) {
    const own = tab.id === `tab-${next.id}`;
    tab.setAttribute('aria-selected', String(own));
    tab.tabIndex = own ? 0 : -1;
    if (own && focusIt) tab.focus();
  }
  $('snippet').setAttribute('aria-labelledby', `tab-${next.id}`);
  showRequest();
}

$('tabs').append(...snippets.map((each) => element('button', {
  type: 'button', role: 'tab', id: `tab-${each.id}`, 'aria-controls': 'snippet', onclick: () => showTab(each),
}, each.label)));
$('tabs').addEventListener('keydown', ({ key }) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (step) showTab(snippets.at((snippets.indexOf(snippet) + step) % snippets.length), true);
});

for (const radio of document.querySelectorAll('[name="form"]')) {
  radio.addEventListener('change', () => {
    looks.absolute = radio.value === 'absolute';
    showRequest();
  });
}

async function copy(text, button) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context there is only the old way.
    const area = element('textarea', { class: 'unseen' }, text);
    document.body.append(area);
    area.select();
    done = document.execCommand('copy');
    area.remove();
    button.focus();
  }
  button.textContent = done ? 'Copied' : 'No access';
  $('status').textContent = done ? 'Copied.' : 'The clipboard cannot be reached.';
  setTimeout(() => { button.textContent = 'Copy'; }, 1400);
}

$('copy-url').addEventListener('click', ({ currentTarget }) => copy(address(effective(state.params)), currentTarget));
$('copy-snippet').addEventListener('click', ({ currentTarget }) => copy($('snippet').textContent, currentTarget));

// ---- Start ---------------------------------------------------------------------------------------------------------

showTab(snippets[0]);
await showSamples();
if (!state.src && samples.length) update({ src: samples[0].path, params: Object.keys(state.params).length ? state.params : { ...START } }, 0);
else if (state.src) {
  learnSource();
  showRequest();
  schedule(0);
} else $('src').focus();
