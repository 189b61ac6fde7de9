// The page: its state, one request at a time, and what is shown of the answer.

import { resultName } from './address.js';
import { buildControls } from './controls.js';
import { engine } from './engine.js';
import { effective, fromHash, parameterOf, toHash } from './parameters.js';
import { buildSource, showSource, showThumbnails } from './source.js';
import { showCode } from './tabs.js';
import { bytesText, element, memoryText, msText, percentText, problemRows, sizeText, sourceFacts } from './text.js';
import { aim, aims, showPicture } from './view.js';

const DEBOUNCE_MS = 160;
const START = { w: '800' };

const $ = (id) => document.getElementById(id);
const [stage, view] = [$('stage'), $('view')];

/** What the address of the page says … */
let state = fromHash(location.hash);
/** … and what is known besides: the source's facts, the answer on show, and what it is an answer to. */
let source = null;
let result = null;
let shown = null;

const controls = buildControls($('controls'), (name, value) => {
  const { [name]: _, ...params } = state.params;
  update({ params: value == null ? params : { ...params, [name]: value } });
}, () => showPads());

// ---- State ---------------------------------------------------------------------------------------------------------

function update(change, wait = DEBOUNCE_MS) {
  const moved = change.src != null && change.src !== state.src;
  state = { ...state, ...change };
  if (moved) {
    // They are about the picture before.
    const { crop: _, frame: __, ...params } = state.params;
    state.params = params;
  }
  history.replaceState(null, '', `#${toHash(state)}`);
  refresh(moved, wait);
}

function refresh(moved, wait) {
  if (moved) learned = learnSource();
  showRequest();
  schedule(wait);
}

window.addEventListener('hashchange', () => {
  const next = fromHash(location.hash);
  if (toHash(next) === toHash(state)) return;
  const moved = next.src !== state.src;
  state = next;
  refresh(moved, 0);
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
    await learned;
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
let learned = null;

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

// ---- The request: controls, code, pads -----------------------------------------------------------------------------

function showRequest() {
  const { src } = state;
  const params = effective(state.params);
  showSource(src);
  controls.show(state.params, source);
  showPads();
  $('empty').hidden = Boolean(src);
  document.querySelector('.snippets').hidden = !src;
  const current = shown?.src === src && shown.params.format === params.format;
  if (src) showCode({ src, params, source, service: engine.service, result: current ? result : null });
  view.classList.toggle('aim', aims(state.params));
}

let padding = null;

/** The small pictures to point at, where they are to be seen: of the whole source, and of its cropped and turned part. */
function showPads() {
  padding?.abort();
  if (!source) {
    if (!state.src) [controls.picture, controls.framed].forEach((show) => show(null));
    return;
  }
  const own = new AbortController();
  padding = own;
  const { crop, rotate, flip } = effective(state.params);
  const small = { w: '400', h: '400', format: source.hasAlpha ? 'png' : 'jpeg' };
  const turned = Object.fromEntries(Object.entries({ crop, rotate, flip }).filter(([, value]) => value));
  const show = async (name, params, into) => {
    if (!controls.sees(name)) return;
    const url = await engine.picture(state.src, params, own.signal).catch(() => null);
    if (!own.signal.aborted) into(url);
  };
  setTimeout(() => {
    if (own.signal.aborted) return;
    show('crop', small, controls.picture);
    show('gravity', { ...small, ...turned }, controls.framed);
  }, DEBOUNCE_MS);
}

// ---- The answer ----------------------------------------------------------------------------------------------------

async function showResult(answer, src, params, signal) {
  const url = URL.createObjectURL(answer.blob);
  const image = new Image();
  image.src = url;
  const visible = answer.width > 0 && await image.decode().then(() => true, () => false);
  if (signal.aborted) return URL.revokeObjectURL(url);
  result = answer;
  shown = { src, params };
  controls.blame(null);
  $('problem').hidden = true;
  stage.classList.remove('failed');
  const download = $('download');
  if (download.href) URL.revokeObjectURL(download.href);
  download.href = URL.createObjectURL(answer.blob);
  download.download = resultName(src, answer.type.replace('image/', ''));
  download.hidden = false;
  if (visible) showPicture(url, { src, params, result, source });
  else {
    URL.revokeObjectURL(url);
    showProblem({ title: 'Not shown', detail: `The answer is fine, but this browser cannot show ${answer.type}.` });
  }
  showFacts();
  showRequest();
  announce();
}

const fact = (name) => document.querySelector(`[data-fact="${name}"]`);
const small = (...children) => element('small', {}, ...children);

function showFacts() {
  if (!result) return;
  const of = shown.src === state.src ? source : null;
  const share = of ? result.bytes / of.sizeBytes : null;
  const from = (text) => (of ? [small(text, ' → ')] : []);
  fact('size').replaceChildren(...from(sizeText(of?.width, of?.height)), result.width ? sizeText(result.width, result.height) : '–');
  fact('bytes').replaceChildren(...from(bytesText(of?.sizeBytes)), bytesText(result.bytes), ...(of ? [' ', small(percentText(share))] : []));
  $('ratio').value = share == null ? 0 : Math.min(1, share);
  fact('type').textContent = result.type;
  const inside = result.timing?.transform;
  fact('time').replaceChildren(msText(result.ms), ...(inside == null ? [] : [' ', small(element('span', {}, 'transform '), msText(inside))]));
  for (const [name, text] of [['memory', result.memory && memoryText(result.memory)], ['cache', result.cache]]) {
    fact(name).textContent = text ?? '';
    fact(name).parentElement.hidden = !text;
  }
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
  controls.blame(parameterOf(problem.parameter)?.name ?? null);
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

// ---- Start ---------------------------------------------------------------------------------------------------------

$('reset').addEventListener('click', () => update({ params: { ...START } }, 0));
aim((x, y) => update({ params: { ...state.params, gravity: `${x},${y}` } }, 0), showRequest);

const params = Object.keys(state.params).length ? state.params : { ...START };
showRequest();
const samples = await buildSource((src) => update({ src, params: state.src ? state.params : params }, 0), showProblem);
if (state.src) refresh(true, 0);
else if (samples.length) update({ src: samples[0].path, params }, 0);
else $(engine.files ? 'file' : 'src').focus();
