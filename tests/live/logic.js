const { History, readings } = await import("./live/history.js");

const failed = [];
let checked = 0;
function check(what, is, ...more) {
  checked += 1;
  if (!is) failed.push([what, ...more]);
}
const close = (a, b, part) => Math.abs(a - b) <= Math.abs(b) * part;

const GROUP = { calls: "c_total", outcomes: "c_outcomes_total", seconds: "c_seconds", in_flight: "c_in_flight" };
const OUTCOMES = ["server_error", "error", "panicked"];
const read = (text) => readings(text, GROUP, OUTCOMES);
const calls = (number, key = "/a") => read(`c_total{interface="${key}"} ${number}\n`);
const all = () => true;

// A history of one instance that is told what it has counted at each of some times.
function told(times, count) {
  const history = new History(OUTCOMES.length);
  for (const time of times) {
    const value = count(time);
    if (value === null) history.instance("a").down();
    else history.instance("a").up(calls(Math.floor(value)), time, time + 1e9);
  }
  history.advance(times.at(-1));
  return history;
}

function rates(history, from, to) {
  const found = [];
  for (let slot = from; slot <= to; slot++) {
    const { seen, all: sum } = history.between(slot - 5, slot, ["a"], all);
    found.push(seen ? history.calls(sum) : null);
  }
  return found;
}

function steps(from, to, step) {
  const times = [];
  for (let time = from; time <= to; time += step(time)) times.push(time);
  return times;
}

const text = read(
  '# HELP c_total A.\n# TYPE c_total counter\nc_total{interface="a\\\\\\"\\n{},= \\u"} 3 1700000000000\n' +
    'c_total{x="y",interface="b",} 1.5e3\nc_total{interface="b",x="z"} 1\nc_total 9\nc_total{interface="n"} NaN\n' +
    'c_seconds_bucket{interface="b",le="0.5"} 1\nc_seconds_bucket{interface="b",le="+Inf"} 4\nc_seconds_count{interface="b"} 4\n' +
    'c_outcomes_total{interface="b",outcome="success"} 2\nc_outcomes_total{interface="b",outcome="error"} 1\n' +
    'c_outcomes_total{interface="b",outcome="client_error"} 4\nc_in_flight{interface="b"} 7\nother{interface="o"} 1\n',
);
check("names are unescaped", text.get('a\\"\n{},= u')?.total === 3, [...text.keys()]);
check("series add up", text.get("b").total === 1501);
check("what is no number is not there", !text.has("n"));
check("buckets", String(text.get("b").bounds) === "0.5,Infinity" && String(text.get("b").values.slice(-2)) === "1,3");
check("outcomes", text.get("b").ended === 7 && String(text.get("b").errors) === "0,1,0" && text.get("b").client === 4);
check("in flight", text.get("b").flying === 7);
check("without calls, the ends count", read('c_outcomes_total{interface="x",outcome="success"} 5\n').get("x").total === 5);
check("without either, the times do", read('c_seconds_count{interface="x"} 6\n').get("x").total === 6);

// Answers come early and late.
const uneven = steps(1000, 1300, (time) => 0.7 + ((time * 7919) % 10) / 10);
const steady = rates(told(uneven, (time) => (time - 1000) * 20), 1006, 1290);
check("each is near the rate", steady.every((rate) => close(rate, 20, 0.08)), steady);
check("the mean is the rate", close(steady.reduce((a, b) => a + b) / steady.length, 20, 0.01));

const each = (from, to) => steps(from, to, () => 1.03);
const most = (found) => Math.max(...found.filter((rate) => rate !== null));
const restarted = rates(told(each(0, 60), (time) => (time < 30 ? 1e6 + time * 20 : (time - 30) * 20)), 5, 58);
check("a restart is no spike", most(restarted) < 22, restarted);
check("a restart is no gap either", restarted.every((rate) => close(rate, 20, 0.1)), restarted);

const turns = rates(told(each(0, 60), (time) => (Math.floor(time) % 2 ? 1e6 : 500) + time * 20), 5, 58);
check("two that answer in turn are no spike", most([0, ...turns]) < 50, turns);

const gone = rates(told(each(0, 90), (time) => (time > 30 && time < 60 ? null : time * 20)), 5, 88);
check("what was down is a gap", gone.slice(32, 54).every((rate) => rate === null), gone);
check("what is back is no spike", most(gone) < 22 && gone.at(-1) !== null, gone);

const silent = rates(told([...each(0, 30), ...each(400, 430)], (time) => time * 20), 5, 425);
check("a long silence is a gap", silent.slice(40, 380).every((rate) => rate === null) && most(silent) < 22);

const slow = rates(told(steps(0, 300, () => 10), (time) => time * 20), 20, 280);
check("seldom asked, it is the same", slow.every((rate) => close(rate, 20, 0.02)), slow);

const slept = new History(OUTCOMES.length);
for (const time of each(0, 30)) slept.instance("a").up(calls(time < 15 ? 10 : 1e6), time, time < 15 ? time : time + 3600);
check("a machine that slept draws nothing", most(rates(slept, 5, 28)) < 1);

const fresh = new History(OUTCOMES.length);
for (const time of each(0, 30)) {
  const now = calls(1e6);
  if (time > 15) now.set("/new", calls(Math.floor((time - 15) * 8), "/new").get("/new"));
  fresh.instance("a").up(now, time, time);
}
const { keys } = fresh.between(15, 25, ["a"], all);
check("what is new was counted from 0", close(fresh.calls(keys.get("/new")), 8, 0.15), keys.get("/new"));
check("what was there before is no call", fresh.calls(keys.get("/a")) === 0);

const long = told(steps(0, 3 * 3600, () => 1), (time) => time * 20);
check("an hour is kept", close(rates(long, 7300, 7300)[0], 20, 0.01));
check("and no more", rates(long, 7000, 7000)[0] === null);

const two = new History(OUTCOMES.length);
for (const time of each(0, 30)) {
  two.instance("a").up(calls(Math.floor(time * 10)), time, time);
  two.instance("b").up(calls(Math.floor(time * 30)), time, time);
  if (time > 20) two.instance("b").down();
}
const both = two.between(10, 15, ["a", "b"], all);
check("instances add up", close(two.calls(both.all), 40, 0.05) && close(both.instances.get("b"), 30, 0.05));
check("and are told apart", close(two.calls(two.between(10, 15, ["a"], all).all), 10, 0.05));
check("one that is down takes no other with it", close(two.calls(two.between(24, 29, ["a", "b"], all).all), 10, 0.1));
check("what is not shown is not there", two.between(10, 15, ["a"], () => false).keys.size === 0);

// 50 up to 0.1, 40 more up to 0.5, 8 more up to 1, and 2 beyond.
const timed = new History(OUTCOMES.length);
for (const time of each(0, 30)) {
  const bucket = (le, count) => `c_seconds_bucket{interface="/a",le="${le}"} ${count * Math.floor(time)}\n`;
  timed.instance("a").up(read(bucket("0.1", 50) + bucket("0.5", 90) + bucket("1.0", 98) + bucket("+Inf", 100)), time, time);
}
const { all: sum } = timed.between(10, 20, ["a"], all);
for (const [part, value] of [[0.25, 0.05], [0.5, 0.1], [0.7, 0.3], [0.95, 0.8125], [0.98, 1], [0.99, 1]]) {
  check(`quantile ${part}`, close(timed.quantile(part, sum), value, 0.02), timed.quantile(part, sum));
}
check("of none there is no quantile", timed.quantile(0.5, sum.map(() => 0)) === null);

// Another version, that of "b", has a bound in between.
const versions = new History(OUTCOMES.length);
for (const time of each(0, 30)) {
  const bucket = (le, count) => `c_seconds_bucket{interface="/a",le="${le}"} ${count * Math.floor(time)}\n`;
  versions.instance("a").up(read(bucket("0.1", 0) + bucket("1", 90) + bucket("+Inf", 100)), time, time);
  versions.instance("b").up(read(bucket("0.1", 0) + bucket("0.4", 0) + bucket("1", 0) + bucket("+Inf", 0)), time, time);
}
const { all: spread } = versions.between(10, 20, ["a", "b"], all);
for (const [part, value] of [[0.3, 0.4], [0.45, 0.55], [0.9, 1], [0.99, 1]]) {
  check(`quantile ${part} of two versions`, close(versions.quantile(part, spread), value, 0.02), versions.quantile(part, spread));
}

return { checked, failed };
