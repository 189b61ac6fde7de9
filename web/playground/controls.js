// The form: one control for each entry of parameters.js. It reports changes, and shows the values that it is given.

import { gravityActs } from './geometry.js';
import { kinds } from './kinds.js';
import { effective, parameters } from './parameters.js';
import { groups } from './presentation.js';
import { element } from './text.js';

const INPUTS = 'input, select';

/**
 * Fills `form`. `change(name, value)` is called with the URL's spelling of a new value, or null for none; `opened()`
 * when more of it is to be seen.
 *
 * Gives `show(params, source)`, `picture(url)` of the whole source, `framed(url)` of its cropped and turned part, each
 * of use where `sees(name)` says that the control is to be seen, and `blame(name)`, which marks the parameter that an
 * error is about.
 */
export function buildControls(form, change, opened) {
  form.addEventListener('submit', (event) => event.preventDefault());
  const fields = new Map(parameters.map((parameter) => [parameter.name, field(parameter, change)]));
  const sections = groups.map((group) => {
    const members = parameters.filter((parameter) => parameter.group === group.id);
    const count = element('span', { class: 'count' });
    const section = element('details', { class: 'group', open: group.open, ontoggle: opened },
      element('summary', {}, element('span', {}, group.label), count),
      element('div', { class: 'fields' }, ...members.map(({ name }) => fields.get(name).node)));
    return { section, count, members };
  });
  form.append(...sections.map(({ section }) => section));

  return {
    show(params, source) {
      const kept = effective(params);
      for (const [name, { node, show, parameter, clear }] of fields) {
        const applies = parameter.applies?.(params) ?? true;
        node.classList.toggle('idle', !applies || (name === 'gravity' && !gravityActs(params)));
        for (const control of node.querySelectorAll(INPUTS)) control.disabled = !applies;
        node.classList.toggle('set', name in kept);
        if (clear) clear.hidden = !(name in kept);
        show(params[name], params, source);
      }
      for (const { count, members } of sections) {
        const set = members.filter(({ name }) => name in kept).length;
        count.textContent = set ? `${set} set` : '';
      }
    },
    sees: (name) => fields.get(name).node.closest('details').open,
    picture: (url) => fields.get('crop').picture(url),
    framed: (url) => fields.get('gravity').picture(url),
    blame(name) {
      for (const [own, { node }] of fields) {
        node.classList.toggle('wrong', own === name);
        for (const control of node.querySelectorAll(INPUTS)) {
          if (own === name) control.setAttribute('aria-invalid', 'true');
          else control.removeAttribute('aria-invalid');
        }
        if (own === name) node.closest('details').open = true;
      }
    },
  };
}

/** A control with its label and, where the default is no value to choose, a button that clears it. */
function field(parameter, change) {
  const set = (value) => change(parameter.name, value === '' || value === parameter.default ? null : value);
  const { control, show, picture, single } = kinds[parameter.kind](parameter, set);
  const id = `field-${parameter.name}`;
  const hint = parameter.hint ? element('p', { class: 'hint', id: `${id}-hint` }, parameter.hint) : null;
  const clear = parameter.unset
    ? element('button', {
      type: 'button', class: 'clear', hidden: true, 'aria-label': `Clear ${parameter.label.toLowerCase()}`,
      onclick: () => { set(null); node.querySelector(`:is(${INPUTS}):not([type="range"])`)?.focus(); },
    }, '×') : null;
  const name = element('code', { 'aria-hidden': 'true' }, parameter.name);
  const head = single
    ? element('div', { class: 'head' }, element('label', { for: id }, parameter.label), name, clear)
    : element('div', { class: 'head', id }, element('span', {}, parameter.label), name, clear);
  if (single) single.id = id;
  if (hint && single) single.setAttribute('aria-describedby', hint.id);
  const node = element('div', {
    class: `field kind-${parameter.kind}${parameter.bare ? ' bare' : ''}`, role: single ? null : 'group', 'aria-labelledby': single ? null : id,
  }, head, control, hint);
  return { node, show, picture, parameter, clear };
}
