// Tells, as JSON, which names `edgepix/url` and the playground have, for `vocabulary.rs` to compare with the vocabulary.

import { url } from "../npm/url.js";
import { parameters } from "../playground/parameters.js";

const refusal = (() => {
  try {
    return url("", "/a.jpg", { nonsense: 1 });
  } catch (error) {
    return error.message;
  }
})();
const options = refusal.match(/There are: (.*)\./)[1].split(", ");
const written = (option) => url("", "/a.jpg", { [option]: 1 }).match(/\?(\w+)=1$/)[1];

console.log(JSON.stringify({
  url: Object.fromEntries(options.map((option) => [option, written(option)])),
  playground: parameters.map(({ name, option = name, type, values, default: normal }) => ({
    name,
    option,
    // What programs are given for the URL's "1".
    example: (type ?? String)("1"),
    values: (values ?? []).map((value) => [].concat(value)[0]),
    default: normal ?? null,
  })),
}));
