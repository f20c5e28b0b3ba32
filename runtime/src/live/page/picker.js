// A list of names to choose from, which opens below its button.

import { $, element } from "./element.js";

export class Picker {
  constructor(id, changed) {
    const place = $(id);
    this.changed = changed;
    this.summary = place.firstChild;
    this.what = this.summary.textContent;
    this.list = element("ul");
    // Those that are not: what comes later is chosen.
    this.off = new Set();
    this.boxes = new Map();
    const button = (textContent, on) => element("button", { textContent, onclick: () => this.set([...this.boxes.keys()], on) });
    const legend = element("legend", { className: "hidden", textContent: this.what });
    place.append(element("fieldset", {}, legend, button("All", true), " ", button("None", false), this.list));
    place.onkeydown = ({ key }) => {
      if (key !== "Escape") return;
      place.open = false;
      this.summary.focus();
    };
    document.addEventListener("pointerdown", ({ target }) => {
      if (!place.contains(target)) place.open = false;
    });
    this.show();
  }

  /** Adds what may be chosen. */
  add(key, text) {
    if (this.boxes.has(key)) return;
    const box = element("input", { type: "checkbox", checked: this.has(key), onchange: () => this.set([key], box.checked) });
    this.list.append(element("li", {}, element("label", {}, box, element("span", { textContent: text }))));
    this.boxes.set(key, box);
    this.show();
  }

  remove(key) {
    this.boxes.get(key).closest("li").remove();
    this.boxes.delete(key);
    this.show();
  }

  clear() {
    this.boxes.clear();
    this.list.replaceChildren();
  }

  has(key) {
    return !this.off.has(key);
  }

  set(keys, on) {
    for (const key of keys) {
      this.off[on ? "delete" : "add"](key);
      this.boxes.get(key).checked = on;
    }
    this.show();
    this.changed();
  }

  show() {
    const on = [...this.boxes.keys()].filter((key) => this.has(key)).length;
    this.summary.textContent = `${this.what}: ${on === this.boxes.size ? "all" : `${on} of ${this.boxes.size}`}`;
  }
}
