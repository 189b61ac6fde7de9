// What is said to those who do not see the page: one sentence at a time, in a live region.

let timer = 0;

/** Says a sentence once things have come to rest; a later one takes its place. */
export function say(text, wait = 300) {
  clearTimeout(timer);
  timer = setTimeout(() => { document.getElementById('status').textContent = text; }, wait);
}
