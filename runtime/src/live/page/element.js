// Elements, in which all there is to read is set as text.

export const $ = (id) => document.getElementById(id);

/** An element with some of its properties, and what is in it. */
export function element(tag, properties, ...inside) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
}
