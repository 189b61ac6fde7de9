// What is said of an answer: the facts beside the picture, or what went wrong.

import { parameterOf } from './parameters.js';
import { say } from './status.js';
import { bytesText, element, memoryText, msText, percentText, problemRows, sizeText, sourceFacts } from './text.js';

/** For sentences that would otherwise follow each other with every movement of a slider. */
const REST_MS = 500;

const $ = (id) => document.getElementById(id);
const fact = (name) => document.querySelector(`[data-fact="${name}"]`);
const small = (...children) => element('small', {}, ...children);
const pair = (name, value) => element('div', {}, element('dt', {}, name), element('dd', {}, value));

/** The facts of a result beside those of its source, where they are known. */
export function showFacts(result, source) {
  const share = source ? result.bytes / source.sizeBytes : null;
  const from = (text) => (source ? [small(text, ' → ')] : []);
  fact('size').replaceChildren(...from(sizeText(source?.width, source?.height)), result.width ? sizeText(result.width, result.height) : '–');
  fact('bytes').replaceChildren(
    ...from(bytesText(source?.sizeBytes)), bytesText(result.bytes), ...(source ? [' ', small(percentText(share))] : []));
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

export function sayResult({ width, height, type, bytes, ms, cache }) {
  say(`${width} by ${height} pixels, ${type}, ${bytesText(bytes)}, ${msText(ms)}${cache ? `, cache ${cache}` : ''}.`, REST_MS);
}

/** The facts of the source, or what is wrong with it; nothing while they are not known. */
export function showSourceFacts(facts) {
  $('info').classList.toggle('stale', !facts);
  if (facts instanceof Error) $('info').replaceChildren(element('div', {}, element('dd', {}, facts.message)));
  else if (facts) $('info').replaceChildren(...sourceFacts(facts).map(([name, value]) => pair(name, value)));
}

/** Shows and says what went wrong, with the parameter that it is about; `again` is called to try again. */
export function showProblem(problem, again) {
  const rows = problemRows(problem).map(([name, value]) => pair(name, name === 'parameter' ? element('code', {}, value) : value));
  $('problem').replaceChildren(element('div', { class: 'card' },
    element('p', { class: 'status' }, problem.status ? element('b', {}, String(problem.status)) : null, problem.title ?? ''),
    element('p', { class: 'detail' }, problem.detail ?? ''),
    rows.length ? element('dl', {}, ...rows) : null,
    problem.retry ? element('button', { type: 'button', class: 'quiet', onclick: again }, 'Try again') : null));
  $('problem').hidden = false;
  $('stage').classList.add('failed');
  say(`${problem.status ? `Error ${problem.status}. ` : ''}${problem.detail ?? problem.title}`, REST_MS);
  return parameterOf(problem.parameter)?.name ?? null;
}

export function hideProblem() {
  $('problem').hidden = true;
  $('stage').classList.remove('failed');
}
