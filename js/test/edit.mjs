// Edits for the lists of mutants: code is found by its characters, so that another comment or layout changes nothing.

/** What does not count: comments and white space. A comment follows white space, which tells `//` in an address from it. */
const ignored = /(?<!\S)\/\/.*|\/\*[^]*?\*\/|\s+/g;

/** A text without what does not count, and for each of its characters the place in the whole text. */
function squeeze(text) {
  const places = [];
  let code = "";
  let from = 0;
  const keep = (to) => {
    for (; from < to; from++) {
      code += text[from];
      places.push(from);
    }
  };
  for (const { 0: gap, index } of text.matchAll(ignored)) {
    keep(index);
    from = index + gap.length;
  }
  keep(text.length);
  return { code, places };
}

/** Puts `to` wherever `from` stands in a text, and tells how often that was. */
export function edit(text, from, to) {
  const { code, places } = squeeze(text);
  const wanted = squeeze(from).code;
  if (!wanted) throw new Error(`${JSON.stringify(from)} is no code`);
  let edited = "";
  let done = 0;
  let times = 0;
  for (let i = code.indexOf(wanted); i >= 0; i = code.indexOf(wanted, i + wanted.length)) {
    edited += text.slice(done, places[i]) + to;
    done = places[i + wanted.length - 1] + 1;
    times++;
  }
  return { text: edited + text.slice(done), times };
}
