// Reads the text format 0.0.4 of Prometheus.

const NAME = /[^\s{]+/y;
const LABEL = /[\s,]*([^\s,={}"]+)="((?:[^"\\]|\\.)*)"/ys;
const VALUE = /[\s,]*\}?\s*(\S+)/y;

const unescape = (text) => text.replace(/\\(.)/gs, (_, c) => (c === "n" ? "\n" : c));

export const number = (text) => (text === "+Inf" ? Infinity : Number(text));

// What matches at a place, and the place behind it.
function at(pattern, line, place) {
  pattern.lastIndex = place;
  const found = pattern.exec(line);
  return [found, pattern.lastIndex];
}

/** Calls `each(name, labels, value)` for every sample that has a value. */
export function read(text, each) {
  for (const line of text.split("\n")) {
    let [name, place] = at(NAME, line, 0);
    if (!name || line[0] === "#") continue;
    const labels = new Map();
    if (line[place] === "{") {
      place += 1;
      for (;;) {
        const [label, behind] = at(LABEL, line, place);
        if (!label) break;
        labels.set(label[1], unescape(label[2]));
        place = behind;
      }
    }
    const [value] = at(VALUE, line, place);
    const parsed = value ? number(value[1]) : NaN;
    if (!Number.isNaN(parsed)) each(name[0], labels, parsed);
  }
}
