// The page: its state, one request at a time, and what is shown of the answer.

import { resultName } from './address.js';
import { hideProblem, sayResult, showFacts, showProblem, showSourceFacts } from './answer.js';
import { buildControls } from './controls.js';
import { engine } from './engine.js';
import { effective, fromHash, ofAnother, toHash } from './parameters.js';
import { save } from './save.js';
import { buildSource, showSource } from './source.js';
import { showThumbnails } from './strip.js';
import { showCode } from './tabs.js';
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
  if (moved) state.params = ofAnother(state.params);
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
/** Resolved once no request is waiting or running. */
let idle = Promise.resolve();
let settle = null;

function schedule(wait) {
  clearTimeout(timer);
  running?.abort();
  if (!state.src) return rest();
  if (!settle) idle = new Promise((resolve) => { settle = resolve; });
  stage.classList.add('busy');
  timer = setTimeout(request, wait);
}

function rest() {
  stage.classList.remove('busy');
  settle?.();
  settle = null;
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
    if (!own.signal.aborted) fail(error.problem ?? { title: 'Something went wrong', detail: error.message });
  } finally {
    if (!own.signal.aborted) {
      rest();
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
  showSourceFacts(null);
  if (!state.src) return;
  const facts = await engine.info(state.src, own.signal).catch((error) => error);
  if (own.signal.aborted) return;
  source = facts instanceof Error ? null : facts;
  showSourceFacts(facts);
  showRequest();
  if (result) showFacts(result, shown.src === state.src ? source : null);
}

// ---- The request: controls, code, pads -----------------------------------------------------------------------------

function showRequest() {
  const { src } = state;
  const params = effective(state.params);
  showSource(src);
  controls.show(state.params, source);
  showPads();
  $('empty').hidden = Boolean(src);
  document.querySelector('.snippets').classList.toggle('none', !src);
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
  hideProblem();
  controls.blame(null);
  if (visible) {
    showPicture(url, { src, params, result, source });
    sayResult(result);
  } else {
    URL.revokeObjectURL(url);
    fail({ title: 'Not shown', detail: `The answer is fine, but this browser cannot show ${answer.type}.` });
  }
  $('download').disabled = false;
  showFacts(result, source);
  showRequest();
}

function fail(problem) {
  controls.blame(showProblem(problem, () => schedule(0)));
  // The picture before is none for these parameters.
  $('download').disabled = true;
}

$('download').addEventListener('click', async () => {
  await idle;
  if (!$('download').disabled) save(result.blob, resultName(shown.src, result.type.replace('image/', '')));
});

// ---- Start ---------------------------------------------------------------------------------------------------------

$('reset').addEventListener('click', () => update({ params: { ...START } }, 0));
aim((x, y) => update({ params: { ...state.params, gravity: `${x},${y}` } }, 0), showRequest);

const params = Object.keys(state.params).length ? state.params : { ...START };
showRequest();
const photos = await buildSource({
  shown: () => state.src,
  choose: (src) => update({ src, params: state.src ? state.params : params }, 0),
  params: (src) => effective(src === state.src ? state.params : ofAnother(state.params)),
});
if (state.src) refresh(true, 0);
else if (photos.length) update({ src: photos[0].path, params }, 0);
else $(engine.files ? 'file' : 'src').focus();
