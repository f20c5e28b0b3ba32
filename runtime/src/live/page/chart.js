// Lines over time, with their names and values below them.

/* global uPlot */

import { $, element } from "./element.js";

const HEIGHT = 190;

// A colour as the canvas takes it.
const colour = (name) => {
  const probe = $("host");
  probe.style.outlineColor = `var(${name})`;
  return getComputedStyle(probe).outlineColor;
};

export class Chart {
  constructor(id, title, write) {
    this.write = write;
    this.value = element("b");
    this.empty = element("p", { className: "empty" });
    this.place = element("div", { className: "plot", role: "img", ariaLabel: `Chart: ${title}; the table has the numbers` });
    this.legend = element("ul");
    this.section = element("section", { id }, element("h2", { textContent: title }, this.value), this.empty, this.place, this.legend);
    document.querySelector(".charts").append(this.section);
    new ResizeObserver(() => {
      const width = this.width();
      if (this.plot && this.plot.width !== width) this.plot.setSize({ width, height: HEIGHT });
    }).observe(this.place);
  }

  /** Draws lines of a name, a colour and values, with the last value of all; or says why there are none. */
  draw(times, range, lines, value, empty) {
    this.range = range;
    this.value.textContent = empty ? "" : value;
    this.empty.textContent = empty;
    this.place.hidden = this.legend.hidden = !!empty;
    if (empty) return;
    const made = JSON.stringify(lines.map(([name, hue]) => [name, hue]));
    if (made !== this.made) this.make(lines);
    this.made = made;
    this.plot.setData([times, ...lines.map((line) => line[2])]);
    this.tell();
  }

  make(lines) {
    this.plot?.destroy();
    const axis = {
      stroke: () => colour("--soft"),
      grid: { stroke: () => colour("--grid"), width: 1 },
      ticks: { show: false },
      font: "11px system-ui, sans-serif",
    };
    const options = {
      width: this.width(),
      height: HEIGHT,
      legend: { show: false },
      cursor: { sync: { key: "live" }, y: false, drag: { x: false } },
      padding: [10, 8, 0, 0],
      scales: {
        x: { range: () => this.range },
        y: { range: (_, low, high) => [0, high > 0 ? high * 1.1 : 1] },
      },
      axes: [
        { ...axis, size: 28, space: 70, values: "{HH}:{mm}:{ss}" },
        { ...axis, size: 58, space: 34, values: (_, ticks) => ticks.map(this.write) },
      ],
      series: [{}, ...lines.map(([, hue]) => ({ stroke: () => colour(hue), width: 1.75, points: { show: false } }))],
      hooks: { setCursor: [() => this.tell()] },
    };
    this.plot = new uPlot(options, [[], ...lines.map(() => [])], this.place);
    this.section.plot = this.plot;
    this.values = lines.map(() => element("b"));
    this.legend.replaceChildren(
      ...lines.map(([name, hue], i) => {
        const mark = element("i");
        mark.style.background = `var(${hue})`;
        return element("li", {}, mark, element("span", { textContent: name, title: name }), this.values[i]);
      }),
    );
  }

  // The values under the cursor, or else the last ones.
  tell() {
    const { data, cursor } = this.plot;
    const at = cursor.idx ?? data[0].length - 1;
    for (const [i, value] of this.values.entries()) value.textContent = this.write(data[i + 1][at] ?? null);
  }

  width() {
    return Math.max(120, this.place.clientWidth);
  }
}
