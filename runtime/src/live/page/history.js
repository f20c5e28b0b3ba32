// What was counted in each second of the last hour, and what it comes to. Nothing of the page is in here.

import { number, read } from "./exposition.js";

/** Seconds that are kept. */
const KEPT = 3660;
/** Two answers that are further apart, in seconds, do not say when something was counted. */
const LONGEST = 120;

// The columns of an interface. The errors by outcome follow, and then the buckets.
const FLYING = 0;
const CALLS = 1;
const ENDED = 2;
const CLIENT = 3;
const ERRORS = 4;

/** What an exposition says of a group's interfaces. */
export function readings(text, group, errors) {
  const all = new Map();
  const [bucket, count] = ["bucket", "count"].map((what) => `${group.seconds}_${what}`);
  read(text, (name, labels, value) => {
    const key = labels.get("interface");
    if (key === undefined) return;
    const one = all.get(key) ?? { client: 0, errors: errors.map(() => 0), buckets: new Map() };
    all.set(key, one);
    const add = (what) => (one[what] = (one[what] ?? 0) + value);
    if (name === group.calls) add("calls");
    else if (name === group.in_flight) add("flying");
    else if (name === count) add("count");
    else if (name === bucket) {
      const bound = number(labels.get("le"));
      one.buckets.set(bound, (one.buckets.get(bound) ?? 0) + value);
    } else if (name === group.outcomes) {
      add("ended");
      const outcome = labels.get("outcome");
      if (outcome === "client_error") add("client");
      if (errors.includes(outcome)) one.errors[errors.indexOf(outcome)] += value;
    }
  });
  for (const one of all.values()) {
    one.total = one.calls ?? one.ended ?? one.count ?? 0;
    one.bounds = [...one.buckets.keys()].sort((a, b) => a - b);
    const upTo = one.bounds.map((bound) => one.buckets.get(bound));
    const buckets = upTo.map((value, i) => Math.max(0, value - (upTo[i - 1] ?? 0)));
    one.values = [0, one.total, one.ended ?? 0, one.client, ...one.errors, ...buckets];
  }
  return all;
}

const same = (a, b) => a.length === b?.length && a.every((value, i) => value === b[i]);

// Whether something that never falls did, as it does when a program is started again.
const fell = (now, before) =>
  [...before].some(([key, { bounds, values }]) => {
    const is = now.get(key);
    return !same(bounds, is?.bounds) || values.some((value, i) => is.values[i] < value);
  });

// Whether something is back where it was before it fell: then it was another program that answered.
const back = (now, before, high) =>
  [...high].some(([key, { values }]) => {
    const [is, was] = [now, before].map((all) => all.get(key)?.values ?? []);
    return values.some((value, i) => !(was[i] >= value) && is[i] >= value);
  });

class Instance {
  constructor(history) {
    this.history = history;
    this.covered = new Float32Array(KEPT);
    this.tracks = new Map();
  }

  /** Nothing is known of it until it answers again. */
  down() {
    this.now = this.time = undefined;
  }

  /** It has answered, at a time of the steady clock and of the one on the wall, in seconds. */
  up(now, time, wall) {
    this.history.advance(time);
    const before = this.now;
    const from = this.time;
    const took = time - from;
    const slept = Math.abs(wall - this.wall - took) > 2;
    Object.assign(this, { now, time, wall });
    for (const [key, { bounds }] of now) this.track(key, bounds);
    if (!(took > 0 && took < LONGEST) || slept) return;
    if (fell(now, before)) {
      this.high = before;
    } else if (this.high && back(now, before, this.high)) {
      this.high = null;
    } else {
      this.spread(before, from, took);
    }
  }

  track(key, bounds) {
    if (same(bounds, this.tracks.get(key)?.bounds)) return;
    this.tracks.set(key, { bounds, width: ERRORS + this.history.errors + bounds.length });
    this.history.place(bounds);
  }

  // What was counted between two answers, evenly over the time.
  spread(before, from, took) {
    for (let slot = Math.floor(from); slot < this.time; slot++) {
      const overlap = Math.min(this.time, slot + 1) - Math.max(from, slot);
      this.covered[slot % KEPT] += overlap;
      for (const [key, { values, flying }] of this.now) {
        const track = this.tracks.get(key);
        // One that is new was counted in since the last answer.
        const was = before.get(key)?.values ?? [];
        const more = values.map((value, i) => value - (was[i] ?? 0));
        track.flies = flying !== undefined;
        if (!flying && !more.some((value) => value)) continue;
        track.cells ??= new Float32Array(KEPT * track.width);
        const at = (slot % KEPT) * track.width;
        for (const [i, value] of more.entries()) track.cells[at + i] += (value * overlap) / took;
        track.cells[at + FLYING] = flying;
      }
    }
  }

  forget(at) {
    this.covered[at] = 0;
    for (const { cells, width } of this.tracks.values()) cells?.fill(0, at * width, (at + 1) * width);
  }
}

export class History {
  /** With so many outcomes that are errors. */
  constructor(errors) {
    this.errors = errors;
    this.bounds = [];
    this.instances = new Map();
  }

  instance(id) {
    if (!this.instances.has(id)) this.instances.set(id, new Instance(this));
    return this.instances.get(id);
  }

  /** It is that time, in seconds. */
  advance(time) {
    const slot = Math.floor(time);
    this.head ??= slot;
    for (let next = Math.max(this.head, slot - KEPT) + 1; next <= slot; next++) {
      for (const instance of this.instances.values()) instance.forget(next % KEPT);
    }
    this.head = Math.max(this.head, slot);
  }

  // Finds the places of buckets among those of all.
  place(more) {
    this.bounds = [...new Set([...this.bounds, ...more])].sort((a, b) => a - b);
    for (const { tracks } of this.instances.values()) {
      for (const track of tracks.values()) {
        track.places = track.bounds.map((bound, i) => this.within(track.bounds[i - 1] ?? 0, bound));
      }
    }
  }

  // Where a bucket is among the places of all, with the part that each has of its width: another version
  // may have bounds in between.
  within(lower, upper) {
    const parts = [];
    for (const [i, bound] of this.bounds.entries()) {
      const from = Math.max(lower, this.bounds[i - 1] ?? 0);
      if (upper < Infinity && from < bound && bound <= upper) parts.push([ERRORS + this.errors + i, (bound - from) / (upper - lower)]);
    }
    return parts.length ? parts : [[ERRORS + this.errors + this.bounds.indexOf(upper), 1]];
  }

  /** What happened per second after one second and up to another. */
  between(from, to, ids, shown) {
    const none = () => new Float64Array(ERRORS + this.errors + this.bounds.length);
    const found = { all: none(), keys: new Map(), instances: new Map(), flying: new Map() };
    const first = Math.max(from, this.head - KEPT, -1) + 1;
    for (const id of ids) {
      const { covered, tracks } = this.instance(id);
      let [time, last] = [0, 0];
      for (let slot = first; slot <= to; slot++) {
        if (covered[slot % KEPT]) last = slot % KEPT;
        time += covered[slot % KEPT];
      }
      if (time < 0.1) continue;
      const all = none();
      for (const [key, { cells, width, places, flies }] of tracks) {
        if (!shown(key)) continue;
        const sum = found.keys.get(key) ?? none();
        found.keys.set(key, sum);
        if (flies) found.flying.set(key, (found.flying.get(key) ?? 0) + (cells?.[last * width + FLYING] ?? 0));
        for (let i = CALLS; cells && i < width; i++) {
          let value = 0;
          for (let slot = first; slot <= to; slot++) value += cells[(slot % KEPT) * width + i];
          for (const [place, part] of places[i - ERRORS - this.errors] ?? [[i, 1]]) {
            for (const sums of [sum, all, found.all]) sums[place] += (value * part) / time;
          }
        }
      }
      found.instances.set(id, all[CALLS]);
    }
    found.seen = found.instances.size > 0;
    return found;
  }

  calls(sum) {
    return sum[CALLS];
  }

  ended(sum) {
    return sum[ENDED];
  }

  /** The errors by outcome, with those of clients as the last. */
  failed(sum) {
    return [...sum.slice(ERRORS, ERRORS + this.errors), sum[CLIENT]];
  }

  /** Within how many seconds that part of all calls ended; `null` if there were none. */
  quantile(part, sum) {
    const counts = [...sum.slice(ERRORS + this.errors)];
    const rank = part * counts.reduce((a, b) => a + b, 0);
    if (!rank) return null;
    let [below, lower] = [0, 0];
    for (const [i, count] of counts.entries()) {
      const upper = this.bounds[i];
      // Beyond the last bound nothing is known.
      if (upper === Infinity) break;
      if (count && below + count >= rank * (1 - 1e-9)) return lower + (upper - lower) * Math.max(0, (rank - below) / count);
      below += count;
      lower = upper;
    }
    return lower || null;
  }
}
