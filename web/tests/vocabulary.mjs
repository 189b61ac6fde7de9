// Prints, as JSON, which names `edgepix/url` and the playground have, for `vocabulary.rs` to compare with the vocabulary. Reads
// from standard input the module that the playground has its parameters from.

import { text } from "node:stream/consumers";
import { url } from "../npm/url.js";
import { groups, presentation, present } from "../playground/presentation.js";

const refusal = (() => {
  try {
    return url("", "/a.jpg", { nonsense: 1 });
  } catch (error) {
    return error.message;
  }
})();
const options = refusal.match(/There are: (.*)\./)[1].split(", ");
const written = (option) => url("", "/a.jpg", { [option]: 1 }).match(/\?(\w+)=1$/)[1];

const { vocabulary } = await import(`data:text/javascript,${encodeURIComponent(await text(process.stdin))}`);
const unknown = { name: "mood", option: "moodOfAll", kind: "words", values: ["glad", "sad"], allowed: "", default: "glad", help: "How it looks." };

const shown = ({ name, option, type, kind, label, group, values = [], default: normal = null, hints = {}, labels = {} }) => ({
  name,
  option,
  kind,
  label,
  group: groups.some(({ id }) => id === group),
  // What programs are given for the URL's "1".
  example: type("1"),
  values,
  default: normal,
  described: [...Object.keys(hints), ...Object.keys(labels)],
});

console.log(JSON.stringify({
  url: Object.fromEntries(options.map((option) => [option, written(option)])),
  playground: present(vocabulary).map(shown),
  presented: Object.keys(presentation),
  unknown: shown(present([unknown])[0]),
}));
