// The form: one control for each entry of parameters.js. It reports changes, and shows what it is told.

import { groups, parameters, effective, gravityActs } from './parameters.js';
import { cropPad, focalPad } from './pads.js';
import { element } from './text.js';

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
        for (const control of node.querySelectorAll('input')) control.disabled = !applies;
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
        for (const control of node.querySelectorAll('input')) {
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
      onclick: () => { set(null); node.querySelector('input')?.focus(); },
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

const number = (attributes) => element('input', { type: 'number', inputmode: 'numeric', step: 1, ...attributes });

/** Leaves a field alone while its text already means `value`, so that typing is not disturbed. */
function put(input, value) {
  if (input.value !== value && !(document.activeElement === input && Number(input.value) === Number(value) && input.value !== '')) {
    input.value = value;
  }
}

/** The controls by `kind`: each gives its node, how it shows a value, and the input that the label is for. */
const kinds = {
  length(parameter, set) {
    const single = number({ min: 1, placeholder: parameter.unset, oninput: () => set(single.value) });
    const slider = element('input', {
      type: 'range', min: 16, step: 1, 'aria-label': `${parameter.label}, slider`, oninput: () => set(slider.value),
    });
    const show = (value, params, source) => {
      const most = source?.[parameter.side] ?? 2000;
      slider.max = Math.max(most, 64);
      put(single, value ?? '');
      slider.value = value ?? slider.max;
      fill(slider);
    };
    return { control: element('div', { class: 'pair' }, slider, element('span', { class: 'unit' }, single)), show, single };
  },

  quality(parameter, set) {
    const single = number({ min: 1, max: 100, placeholder: parameter.unset, oninput: () => set(single.value) });
    const slider = element('input', {
      type: 'range', min: 1, max: 100, 'aria-label': `${parameter.label}, slider`, oninput: () => set(slider.value),
    });
    const show = (value, params) => {
      put(single, value ?? '');
      single.placeholder = parameter.shown;
      slider.value = value ?? parameter.shown;
      fill(slider);
    };
    return { control: element('div', { class: 'pair' }, slider, element('span', { class: 'unit' }, single)), show, single };
  },

  count(parameter, set) {
    const single = number({ min: parameter.min, placeholder: parameter.unset, oninput: () => set(single.value) });
    return { control: single, show: (value) => put(single, value ?? ''), single };
  },

  choice(parameter, set) {
    const hint = parameter.hints ? element('p', { class: 'hint' }) : null;
    const radios = parameter.values.map((entry) => {
      const [value, label] = Array.isArray(entry) ? entry : [entry, entry];
      const radio = element('input', { type: 'radio', name: parameter.name, value, onchange: () => set(value) });
      return { value, radio, node: element('label', {}, radio, element('span', {}, label)) };
    });
    const show = (value = parameter.default) => {
      for (const choice of radios) choice.radio.checked = choice.value === value;
      if (hint) hint.textContent = parameter.hints[value] ?? '\u00a0';
    };
    const row = element('div', { class: 'choice' }, ...radios.map(({ node }) => node));
    return { control: element('div', {}, row, hint), show };
  },

  switch(parameter, set) {
    const single = element('input', { type: 'checkbox', role: 'switch', onchange: () => set(single.checked ? '1' : null) });
    return { control: single, show: (value) => { single.checked = value === '1'; }, single };
  },

  colour(parameter, set) {
    const single = element('input', {
      type: 'text', maxlength: 8, placeholder: parameter.unset, spellcheck: 'false', autocapitalize: 'off',
      oninput: () => set(single.value.replace(/^#/, '')),
    });
    const picker = element('input', {
      type: 'color', 'aria-label': `${parameter.label}, colour picker`, oninput: () => set(picker.value.slice(1)),
    });
    const show = (value = '') => {
      put(single, value);
      const long = /^[0-9a-f]{3}$/i.test(value) ? value.replace(/./g, '$&$&') : value.slice(0, 6);
      picker.value = /^[0-9a-f]{6}$/i.test(long) ? `#${long}` : '#ffffff';
    };
    return { control: element('div', { class: 'pair colour' }, picker, single), show, single };
  },

  gravity(parameter, set) {
    const places = parameter.values.map((value) => {
      const radio = element('input', { type: 'radio', name: 'gravity', value, 'aria-label': value, onchange: () => set(value) });
      return { value, radio, node: element('label', { title: value }, radio, element('span')) };
    });
    const [x, y] = ['Focal point x', 'Focal point y'].map((label) => number({
      min: 0, max: 1, step: 0.01, placeholder: '0.5', inputmode: 'decimal', 'aria-label': label,
      oninput: () => set(`${x.value || 0.5},${y.value || 0.5}`),
    }));
    const pad = focalPad((fx, fy) => set(`${fx},${fy}`));
    const show = (value = parameter.default, params, source) => {
      for (const place of places) place.radio.checked = place.value === value;
      const [fx, fy] = value.includes(',') ? value.split(',') : ['', ''];
      put(x, fx);
      put(y, fy);
      pad.show(params, source);
    };
    const compass = element('div', { class: 'compass', role: 'radiogroup', 'aria-label': 'Compass' }, ...places.map(({ node }) => node));
    const point = element('div', { class: 'point' }, element('span', { 'aria-hidden': 'true' }, 'Focal point'), x, y);
    const control = element('div', { class: 'gravity' }, element('div', {}, compass, point), pad.node);
    return { control, show, picture: pad.picture };
  },

  crop(parameter, set) {
    const parts = ['x', 'y', 'width', 'height'].map((name) => element('input', {
      type: 'text', inputmode: 'decimal', placeholder: name, 'aria-label': `Crop ${name}, pixels, or per cent with p`,
      maxlength: 8, spellcheck: 'false', oninput: typed,
    }));
    function typed() {
      const values = parts.map((part) => part.value.trim().replace('%', 'p'));
      if (values.every((value) => value === '')) set(null);
      else if (values.every((value) => value !== '')) set(values.join(','));
    }
    const pad = cropPad((shares) => set(shares.map((share) => `${Math.round(share * 1000) / 10}p`).join(',')));
    const show = (value, params, source) => {
      const values = value?.split(',') ?? [];
      if (value || !parts.includes(document.activeElement)) parts.forEach((part, index) => put(part, values[index] ?? ''));
      pad.show(params, source);
    };
    const row = element('div', { class: 'quad' }, ...parts);
    return { control: element('div', { class: 'crop' }, pad.node, row), show, picture: pad.picture };
  },
};

/** Tells the stylesheet how far a slider's thumb has come. */
function fill(slider) {
  slider.style.setProperty('--fill', `${((slider.value - slider.min) / (slider.max - slider.min)) * 100}%`);
}
