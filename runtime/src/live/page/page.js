import { Chart } from "./chart.js";
import { $, element } from "./element.js";
import { History, readings } from "./history.js";
import { Picker } from "./picker.js";

/** Seconds over which what is drawn is the mean. */
const SMOOTH = 5;
/** More lines nobody tells apart. */
const MOST = 8;
const POINTS = 300;
const PARTS = [0.5, 0.95, 0.99];
const HUES = ["--c6", "--c1", "--c3", "--c5"];

const seconds = () => performance.now() / 1000;
// The page may have been asked for with a slash at its end.
const above = new URL(location.pathname.endsWith("/") ? ".." : ".", location.href);

const NONE = "–";
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const digits = (value, most) => (value >= 100 ? whole.format(value) : String(+value.toFixed(value >= 10 ? 1 : most)));
const amount = (value) => (value === null ? NONE : digits(value, 2));
const share = (value) => (value === null ? NONE : `${digits(value * 100, 2)} %`);
function time(value) {
  if (value === null) return NONE;
  if (value >= 1 || value === 0) return `${digits(value, 2)} s`;
  return value >= 1e-3 ? `${digits(value * 1e3, 1)} ms` : `${digits(value * 1e6, 0)} µs`;
}

const say = (text) => ($("status").textContent = text);

// Asks until it is there, and says why it is not.
async function configuration() {
  const place = document.querySelector(".charts");
  for (;;) {
    try {
      const answer = await fetch(new URL("live/config.json", above), { cache: "no-store", signal: AbortSignal.timeout(8000) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text.slice(0, 99) || answer.status);
      const config = JSON.parse(text);
      say((place.textContent = ""));
      return config;
    } catch (error) {
      const text = `There is nothing to show yet: ${reason(error)}`;
      if (place.textContent !== text) say((place.textContent = text));
      await new Promise((resume) => setTimeout(resume, 2000));
    }
  }
}

const reason = (error) => (error instanceof TypeError ? "it cannot be reached" : error.message);
const config = await configuration();
// Where the steady clock, which may stand still while the machine sleeps, begins on the one on the wall.
const start = () => Date.now() / 1000 - seconds();
let wall = start();
const charts = {
  requests: new Chart("requests", "Requests per second", amount),
  errors: new Chart("errors", "Errors per second", amount),
  latency: new Chart("latency", "Latency", time),
  flight: new Chart("flight", "In flight", amount),
};
const interfaces = new Picker("interfaces", draw);
const chosen = new Picker("instances", draw);
const colours = [];
const instances = [
  { id: "this", name: `this one (${location.host})`, url: above },
  ...config.peers.map((name, i) => ({ id: `peer ${i}`, name, url: new URL(`live/peer/${i}`, above) })),
  // Where all have the same list, this one is in it, perhaps with a port that goes without saying.
].filter(({ name }, i) => !i || Object.assign(new URL(location), { host: name }).host !== location.host);
/** Of those that answer here; a peer that has one of these is this one by another name. */
const own = new Set([config.registry]);
let group = config.groups[0];
let history = new History(config.errors.length);
let paused = false;

const total = (values) => values.reduce((a, b) => a + b, 0);

function colour(key) {
  if (!colours.includes(key)) colours.push(key);
  return `--c${colours.indexOf(key) % MOST}`;
}

async function ask(instance) {
  const began = seconds();
  const url = new URL(instance.url);
  for (const name of group.families) url.searchParams.append("name[]", name);
  const turn = (instance.turn = {});
  let problem = "";
  try {
    const headers = { Accept: "text/plain;version=0.0.4" };
    const answer = await fetch(url, { cache: "no-store", headers, signal: AbortSignal.timeout(8000) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text.slice(0, 99) || answer.status);
    // Paused meanwhile, or asked for something else.
    if (instance.turn !== turn) return;
    const registry = answer.headers.get("x-tallymark-registry");
    if (instance === instances[0]) own.add(registry);
    else if (registry && own.has(registry)) return drop(instance);
    const now = readings(text, group, config.errors);
    // It was read in between.
    const late = (seconds() - began) / 2;
    history.instance(instance.id).up(now, seconds() - late, Date.now() / 1000 - late);
    for (const key of [...now.keys()].sort()) interfaces.add(key, key);
  } catch (error) {
    if (instance.turn !== turn) return;
    problem = reason(error);
    history.instance(instance.id).down();
  }
  tell(instance, problem);
  const pause = (document.hidden ? 10 : 1) - (seconds() - began);
  instance.timer = setTimeout(ask, Math.max(100, pause * 1000), instance);
}

// Its calls are counted in those of this one.
function drop(instance) {
  instances.splice(instances.indexOf(instance), 1);
  instance.item.remove();
  chosen.remove(instance.id);
}

// Says how it is, and aloud if that is new.
function tell(instance, problem) {
  if (instance.problem === problem) return;
  const text = instance.name + (problem && ` is down: ${problem}`);
  if (problem) say(text);
  else if (instance.problem) say(`${text} answers again`);
  instance.problem = problem;
  instance.item.className = problem ? "down" : "up";
  instance.state.textContent = text;
}

function draw() {
  if (!group) return;
  if (!paused) history.advance(seconds());
  if (Math.abs(start() - wall) > 2) wall = start();
  const span = +$("span").value;
  const step = Math.ceil(span / POINTS);
  // This second is not over.
  const head = history.head - 1;
  const ids = instances.map(({ id }) => id).filter((id) => chosen.has(id));
  const between = (from, to) => history.between(from, to, ids, (key) => interfaces.has(key));
  const [times, points] = [[], []];
  for (let slot = Math.ceil((head - span) / step) * step; slot <= head; slot += step) {
    times.push(slot + 1 + wall);
    points.push(between(slot - Math.max(SMOOTH, step), slot));
  }
  const all = between(head - span, head);
  const now = between(head - SMOOTH, head);
  const each = (value) => points.map((point) => (point.seen ? value(point) : null));
  const show = (chart, lines, value, empty) =>
    charts[chart].draw(times, [head + 1 - span + wall, head + 1 + wall], lines, value, empty);
  const unmeasured = (what, how) => `${what} is not measured: #[observed] and ${how} do it.`;

  const by = $("lines").value;
  const calls = by === "keys" ? (sum) => history.calls(sum) : (sum) => sum;
  const requests = largest(all[by], calls).map((key, i) => [
    by === "keys" ? key : instances.find(({ id }) => id === key).name,
    by === "keys" ? colour(key) : `--c${i}`,
    each((point) => (point[by].has(key) ? calls(point[by].get(key)) : null)),
  ]);
  show("requests", requests, amount(now.seen ? history.calls(now.all) : null), requests.length || !all.seen ? "" : "Nothing is chosen.");

  const outcomes = [...config.errors, "client_error"].map((name, i) => [name, HUES[i], each(({ all }) => history.failed(all)[i])]);
  show("errors", outcomes, amount(now.seen ? errors(now.all) : null), group.outcomes ? "" : unmeasured("How these calls end", "#[counted(outcome)]"));

  const parts = PARTS.map((part, i) => [`p${part * 100}`, `--c${i}`, each(({ all }) => history.quantile(part, all))]);
  show("latency", parts, `p95 ${time(history.quantile(0.95, now.all))}`, group.seconds ? "" : unmeasured("How long these calls take", "#[timed]"));

  const flying = largest(now.flying, (value) => value).map((key) => [key, colour(key), each((point) => point.flying.get(key) ?? null)]);
  show("flight", flying, amount(now.flying.size ? total([...now.flying.values()]) : null), group.in_flight ? "" : unmeasured("What is under way", "#[in_flight]"));

  table(ids, all, now);
}

const largest = (map, value) =>
  [...map].sort((a, b) => value(b[1]) - value(a[1])).slice(0, MOST).map(([key]) => key).sort();

const errors = (sum) => total(history.failed(sum).slice(0, -1));

function table(ids, all, now) {
  // The totals, of the instances that answer.
  const found = new Map();
  const sum = [0, null, null];
  for (const id of ids) {
    for (const [key, one] of history.instance(id).now ?? []) {
      if (!interfaces.has(key)) continue;
      if (!found.has(key)) found.set(key, [0, null, null]);
      for (const [i, value] of [one.total, one.ended === undefined ? null : total(one.errors), one.flying ?? null].entries()) {
        if (value === null) continue;
        for (const line of [found.get(key), sum]) line[i] += value;
      }
    }
  }
  const rows = [...found.keys()].sort().map((key) => row(key, found.get(key), all.keys.get(key), now.keys.get(key)));
  fill("tbody", rows);
  fill("tfoot", rows.length > 1 ? [row("All", sum, all.all, now.seen && now.all)] : []);
}

function row(name, [calls, failed, flying], all, now) {
  const ended = all ? history.ended(all) : 0;
  return [
    name,
    whole.format(calls),
    amount(now ? history.calls(now) : null),
    failed === null ? NONE : whole.format(failed),
    share(ended > 0 ? errors(all) / ended : null),
    ...PARTS.map((part) => time(all ? history.quantile(part, all) : null)),
    amount(flying),
  ];
}

// Only what is another text is written, so that a person can select it.
function fill(place, rows) {
  const body = document.querySelector(place);
  while (body.rows.length > rows.length) body.deleteRow(-1);
  for (const [i, texts] of rows.entries()) {
    const line = body.rows[i] ?? body.insertRow();
    for (const [j, text] of texts.entries()) {
      const cell = line.cells[j] ?? line.appendChild(element(j ? "td" : "th", j ? {} : { scope: "row" }));
      if (cell.textContent !== text) cell.textContent = cell.title = text;
      if (j === 4) cell.className = /[1-9]/.test(text) ? "bad" : "";
    }
  }
}

function begin() {
  if (!group) return;
  for (const instance of instances) {
    clearTimeout(instance.timer);
    instance.turn = null;
    if (!paused) ask(instance);
  }
}

function pause() {
  paused = !paused;
  $("pause").ariaPressed = paused;
  $("pause").textContent = paused ? "Go on" : "Pause";
  say(paused ? "Paused" : "Going on");
  // What was counted meanwhile is in no second.
  if (!paused) for (const { id } of instances) history.instance(id).down();
  draw();
  begin();
}

const dark = matchMedia("(prefers-color-scheme: dark)");

function paint(theme) {
  const { dataset } = document.documentElement;
  if (theme) dataset.theme = theme;
  const other = (dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "Light" : "Dark";
  $("theme").textContent = other;
  for (const { plot } of Object.values(charts)) plot?.redraw();
  return other.toLowerCase();
}

// A browser may keep nothing.
function remember(theme) {
  try {
    if (theme) localStorage.tallymark = theme;
    return localStorage.tallymark;
  } catch {
    return theme;
  }
}

for (const instance of instances) {
  chosen.add(instance.id, instance.name);
  instance.state = element("span", { textContent: instance.name });
  instance.item = $("states").appendChild(element("li", {}, element("i"), instance.state));
}
for (const [i, { name }] of config.groups.entries()) $("group").append(new Option(name, i));
$("groups").hidden = config.groups.length < 2;
$("host").textContent = location.host;
$("source").href = above;
$("group").onchange = () => {
  group = config.groups[$("group").value];
  history = new History(config.errors.length);
  colours.length = 0;
  interfaces.clear();
  // Of these nothing is known yet.
  if (paused) pause();
  else begin();
};
$("span").onchange = $("lines").onchange = draw;
$("pause").onclick = pause;
$("theme").onclick = () => paint(remember(paint()));
dark.onchange = () => paint();
document.onvisibilitychange = () => document.hidden || begin();
paint(remember());
if (group) {
  begin();
  setInterval(() => document.hidden || paused || draw(), 1000);
} else {
  for (const chart of Object.values(charts)) chart.draw([], [], [], "", "Nothing is annotated in this program.");
}
