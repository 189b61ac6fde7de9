// Code to paste: what makes the picture on show, in each language. Only what differs from the defaults is written.

import { address, extension, fileName, resultName } from './address.js';
import { ACCEPT, options } from './parameters.js';

/**
 * The tabs. `text` is given `src`, `params` as parameters.js describes them, `service` (the service's address), `source`
 * (the source's facts) and `result`, the last two where they are known.
 */
export const snippets = [
  { id: 'url', label: 'URL', text: url },
  { id: 'img', label: '<img>', text: img },
  { id: 'srcset', label: 'srcset', text: srcset },
  { id: 'javascript', label: 'JavaScript', text: javascript },
  { id: 'python', label: 'Python', text: python },
  { id: 'rust', label: 'Rust', text: rust },
  { id: 'curl', label: 'curl', text: curl },
];

function url({ src, params, service }, more = {}) {
  const all = Object.entries({ ...params, ...more }).filter(([, value]) => value != null);
  return address(service, 'resize', src, Object.fromEntries(all));
}

/** The format that `auto` stands for, as far as the page knows. */
const formatOf = ({ params, result }) => params.format ?? result?.type.replace('image/', '') ?? 'webp';

/** What a program says: the service resolves `auto`, a program keeps the source's own format unless it is told another. */
function normalized(request) {
  const all = { ...options(request.params), format: formatOf(request) };
  if (all.format === request.source?.format) delete all.format;
  return all;
}

// ---- The service ---------------------------------------------------------------------------------------------------

const markup = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const shell = (text) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function curl(request) {
  const accept = request.params.format ? '' : `-H ${shell(`Accept: ${ACCEPT}`)} \\\n  `;
  return `curl -o ${shell(resultName(request.src, formatOf(request)))} \\\n  ${accept}${shell(url(request))}`;
}

function img(request) {
  const { params, result } = request;
  const density = Number(params.dpr ?? 1);
  const once = { dpr: null };
  const size = result?.width
    ? `\n  width="${Math.round(result.width / density)}" height="${Math.round(result.height / density)}"` : '';
  const twice = params.w || params.h ? `\n  srcset="${markup(url(request, { dpr: '2' }))} 2x"` : '';
  return `<img src="${markup(url(request, once))}"${twice}${size}\n  alt="" loading="lazy">`;
}

function srcset(request) {
  const { w, h } = request.params;
  const at = (width) => {
    const height = w && h ? String(Math.max(1, Math.round((width * h) / w))) : null;
    return markup(url(request, { dpr: null, w: String(width), h: height }));
  };
  const list = [480, 960, 1440, 1920].map((width) => `${at(width)} ${width}w`).join(',\n    ');
  return `<img src="${at(960)}"\n  srcset="\n    ${list}"\n  sizes="(max-width: 60rem) 100vw, 60rem"\n  alt="" loading="lazy">`;
}

// ---- Programs ------------------------------------------------------------------------------------------------------

const quoted = (text) => `'${text.replace(/[\\']/g, '\\$&')}'`;
const double = (text) => JSON.stringify(text);

/** What is between `open` and `close`: on one line where there is room, else on a line each. */
function block(open, entries, close, { indent = '', step = '  ', end = ',' } = {}) {
  const space = open.endsWith('{') ? ' ' : '';
  const line = `${open}${space}${entries.join(', ')}${space}${close}`;
  if (indent.length + line.length <= 72) return line;
  return `${open}\n${entries.map((entry) => indent + step + entry).join(',\n')}${end}\n${indent}${close}`;
}

function javascript(request) {
  const value = (it) => (typeof it === 'string' ? quoted(it) : String(it));
  const entries = Object.entries(normalized(request)).map(([name, it]) => `${name}: ${value(it)}`);
  const second = entries.length ? `, ${block('{', entries, '}')}` : '';
  return `import { resize } from 'edgepix';

const photo = fetch(${quoted(fileName(request.src))});
const picture = await resize(photo${second});
document.querySelector('img').src = URL.createObjectURL(picture.blob());`;
}

const lengths = (crop) => Object.entries({ x: 0, y: 1, width: 2, height: 3 }).map(([name, at]) => {
  const text = crop.split(',')[at];
  return { name, percent: text.endsWith('p'), number: parseFloat(text) };
});

/** A colour's channels: RGB, RRGGBB or RRGGBBAA. */
function channels(colour) {
  const long = colour.length === 3 ? colour.replace(/./g, '$&$&') : colour;
  return ['red', 'green', 'blue', 'alpha'].map((name, at) => [name, parseInt(long.slice(at * 2, at * 2 + 2) || 'ff', 16)]);
}

const QUARTERS = { 90: 'quarter', 180: 'half', 270: 'three-quarters' };
const FLIPS = { h: 'horizontal', v: 'vertical', hv: 'both' };
const camel = (word) => word.replace(/(?:^|-)(.)/g, (_, first) => first.toUpperCase());

function python(request) {
  const record = (pairs) => `Fields(${pairs.map(([name, it]) => `${name}=${it}`).join(', ')})`;
  const values = {
    gravity: (it) => (it.includes(',')
      ? `Variant("focal", ${record(it.split(',').map((share, at) => ['xy'[at], float(share)]))})` : `Variant(${double(it)})`),
    // Of a variant whose cases have different types, the type tells the case: an int is pixels, a float per cent.
    crop: (it) => record(lengths(it).map(({ name, percent, number }) => [name, percent ? float(number) : number])),
    rotate: (it) => double(QUARTERS[it]),
    flip: (it) => double(FLIPS[it]),
    background: (it) => record(channels(it)),
    dpr: float,
  };
  const value = (name, it) => values[name]?.(it) ?? (it === true ? 'True' : typeof it === 'string' ? double(it) : it);
  const entries = Object.entries(normalized(request)).map(([name, it]) => `${name}=${it === false ? 'False' : value(name, it)}`);
  return `from wasmtime import Engine, Store
from wasmtime.component import Component, Linker, Record, Variant


class Fields(Record):
    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __getattr__(self, name):
        return None


engine = Engine()
store = Store(engine)
component = Component.from_file(engine, "image-processor.wasm")
instance = Linker(engine).instantiate(store, component)
pipeline = instance.get_export_index(store, "edgepix:pipeline/pipeline@0.2.0")


def call(name, *arguments):
    function = instance.get_func(store, instance.get_export_index(store, name, pipeline))
    answer = function(store, *arguments)
    if isinstance(answer, Variant):
        raise SystemExit(answer.payload.message)
    return answer


photo = open(${double(fileName(request.src))}, "rb").read()
options = ${block('Fields(', entries, ')', { step: '    ' })}
source = call("[static]source.open", photo, Fields())
picture = call("[method]source.transform", source, options)
open(${double(`small.${extension(formatOf(request))}`)}, "wb").write(picture.bytes)`;
}

/** A number as Python and Rust write one with a fraction. */
const float = (number) => (/[.]/.test(String(number)) ? String(number) : `${number}.0`);

function rust(request) {
  const used = new Set(['Limits', 'Transform']);
  const named = (type) => {
    used.add(type);
    return type;
  };
  const word = (type) => (it) => `${named(type)}::${camel(it)}`;
  // What has parts is read as it stands in a URL.
  const parsed = (type) => (it) => `${double(it)}.parse::<${named(type)}>()?`;
  const values = {
    width: String,
    height: String,
    dpr: float,
    fit: word('Fit'),
    enlarge: String,
    gravity: (it) => (it.includes(',') ? parsed('Gravity')(it) : `${named('Gravity')}::Compass(${word('Compass')(it)})`),
    crop: parsed('Crop'),
    rotate: (it) => word('Rotate')(QUARTERS[it]),
    flip: (it) => word('Flip')(FLIPS[it]),
    background: parsed('Background'),
    format: word('Format'),
    quality: String,
    effort: word('Effort'),
    lossless: String,
    frame: String,
    metadata: word('KeepMetadata'),
    profile: word('Profile'),
  };
  const calls = Object.entries(normalized(request)).map(([name, it]) => `        .${name}(${values[name](it)})\n`);
  const transform = calls.length
    ? `Transform::builder()\n${calls.join('')}        .build()?`
    : 'Transform::default()';
  const names = [...used].sort().join(', ');
  return `use edgepix_core::${names.length < 70 ? `{${names}}` : `{\n    ${names},\n}`};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let photo = std::fs::read(${double(fileName(request.src))})?;
    let options = ${transform};
    let picture = edgepix_core::transform(&photo, &options, &Limits::default())?;
    std::fs::write(${double(`small.${extension(formatOf(request))}`)}, picture.bytes)?;
    Ok(())
}`;
}
