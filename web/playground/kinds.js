// The kinds of controls: fields, sliders, choices, and the pictures to point at.

import { cropPad, focalPad } from './pads.js';
import { element } from './text.js';

/** The smallest length that a slider gives; fields take any. */
const SMALLEST = 16;

const number = (attributes) => element('input', { type: 'number', inputmode: 'numeric', step: 1, ...attributes });

/** Leaves a field alone while its text already means `value`, so that typing is not disturbed. */
function put(input, value) {
  if (input.value !== value && !(document.activeElement === input && Number(input.value) === Number(value) && input.value !== '')) {
    input.value = value;
  }
}

/** The controls by `kind`: each gives its node, how it shows a value, and the input that the label is for. */
export const kinds = {
  length(parameter, set) {
    const single = number({ min: 1, placeholder: parameter.unset, oninput: () => set(single.value) });
    const slider = element('input', {
      type: 'range', min: 0, step: 1, 'aria-label': `${parameter.label}, slider`,
      // All the way to the left is none.
      oninput: () => set(slider.value === '0' ? '' : String(Math.max(SMALLEST, slider.value))),
    });
    const pair = element('div', { class: 'pair' }, slider, element('span', { class: 'unit' }, single));
    const show = (value, params, source) => {
      slider.max = Math.max(source?.[parameter.side] ?? 2000, 64);
      put(single, value ?? '');
      slider.value = value ?? 0;
      slider.setAttribute('aria-valuetext', value ? `${value} pixels` : parameter.unset);
      pair.classList.toggle('off', !value);
      fill(slider);
    };
    return { control: pair, show, single };
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

  number({ min, max, unset }, set) {
    const whole = !/[.]/.test(`${min}${max}`);
    const single = number({
      min, max, step: whole ? 1 : 'any', inputmode: whole && !(min < 0) ? 'numeric' : 'text', placeholder: unset,
      oninput: () => set(single.value),
    });
    return { control: single, show: (value) => put(single, value ?? ''), single };
  },

  text(parameter, set) {
    const single = element('input', {
      type: 'text', placeholder: parameter.unset, spellcheck: 'false', autocapitalize: 'off', oninput: () => set(single.value),
    });
    return { control: single, show: (value) => put(single, value ?? ''), single };
  },

  select(parameter, set) {
    const choices = parameter.values.map((value) => element('option', { value }, parameter.labels?.[value] ?? (value || 'none')));
    const single = element('select', { onchange: () => set(single.value) }, ...choices);
    return { control: single, show: (value = parameter.default) => { single.value = value; }, single };
  },

  choice(parameter, set) {
    const hint = parameter.hints ? element('p', { class: 'hint' }) : null;
    const radios = parameter.values.map((value) => {
      const radio = element('input', { type: 'radio', name: parameter.name, value, onchange: () => set(value) });
      return { value, radio, node: element('label', {}, radio, element('span', {}, parameter.labels?.[value] ?? value)) };
    });
    const show = (value = parameter.default) => {
      for (const choice of radios) choice.radio.checked = choice.value === value;
      if (hint) hint.textContent = parameter.hints[value] ?? '\u00a0';
    };
    const row = element('div', { class: 'choice' }, ...radios.map(({ node }) => node));
    return { control: element('div', {}, row, hint), show };
  },

  switch(parameter, set) {
    const single = element('input', { type: 'checkbox', role: 'switch', onchange: () => set(single.checked ? '1' : '0') });
    return { control: single, show: (value = parameter.default) => { single.checked = value === '1'; }, single };
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

/** Gives the stylesheet how far a slider's thumb has come. */
function fill(slider) {
  slider.style.setProperty('--fill', `${((slider.value - slider.min) / (slider.max - slider.min)) * 100}%`);
}
