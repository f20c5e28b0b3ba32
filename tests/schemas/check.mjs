// Checks what is generated into a folder, and what is deployed with it, against what others publish:
//   node check.mjs FOLDER
// Says what is wrong, with the place, and ends with 1 then.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { problemsOfCluster } from "./cluster.mjs";
import { check } from "./compiler.mjs";
import { CLUSTER, KINDS, invalid, typed } from "./object.mjs";
import { problemsOfChoices, problemsOfProviders, problemsOfSources } from "./provisioning.mjs";
import { acceptedCluster, acceptedDashboards, acceptedObjects } from "./refusal.mjs";

const folder = process.argv[2];
if (folder === undefined) throw new Error("which folder?");
const problems = [];

function files(path, ending) {
  const names = readdirSync(join(folder, path)).filter((name) => name.endsWith(ending)).sort();
  if (names.length === 0) throw new Error(`nothing in ${join(folder, path)} ends with ${ending}`);
  return names.map((name) => ({
    name: join(path, name),
    text: readFileSync(join(folder, path, name), "utf8"),
  }));
}

const dashboards = files("grafana/dashboards", ".json");
const monitors = read("kubernetes", KINDS);
const cluster = read("cluster", CLUSTER);
const objects = [...monitors, ...cluster];

/** The objects of a folder, one of each of these kinds. */
function read(path, kinds) {
  const objects = files(path, ".yaml").map(({ name, text }) => ({ name, object: parse(text) }));
  for (const { name, object } of objects) {
    const found = invalid(object, kinds);
    problems.push(...found.map(({ path, message }) => `${name}: ${path}: ${message}`));
  }
  const there = objects.map(({ object }) => object?.kind).sort();
  if (!isDeepStrictEqual(there, kinds)) problems.push(`${path}: ${there}, and not ${kinds}`);
  return objects.filter(({ object }) => kinds.includes(object?.kind));
}

const found = check([
  ...dashboards.map(({ name, text }) => ({
    name,
    type: "Dashboard",
    module: "./dashboard.ts",
    json: text,
  })),
  ...objects.map(({ name, object }) => typed(name, object)),
]);
for (const [name, list] of found) {
  for (const { line, path, message } of list) {
    const place = name.endsWith(".json") ? `${name}:${line}` : name;
    problems.push(`${place}: ${path}: ${message}`);
  }
}

// The rules for the operator are those for a Prometheus that has files, without those about hosts, which
// it finds by monitors of their own.
const groups = files("prometheus/rules", ".yml")
  .flatMap(({ text }) => parse(text).groups)
  .filter((group) => !group.name.endsWith("-base:alerts"));
const rules = monitors.find(({ object }) => object.kind === "PrometheusRule")?.object;
if (!isDeepStrictEqual(rules?.spec?.groups, groups)) {
  problems.push("kubernetes: the groups of the PrometheusRule are not those of prometheus/rules");
}

function one(path, ending) {
  const [file, ...more] = files(path, ending);
  if (more.length > 0) throw new Error(`more than one in ${path} ends with ${ending}`);
  return { name: file.name, value: parse(file.text) };
}

const sources = one("grafana/provisioning/datasources", ".yaml");
const providers = one("grafana/provisioning/dashboards", ".yaml");
const prometheus = one("prometheus", ".yml");
const say = (name, list) => problems.push(...list.map((problem) => `${name}: ${problem}`));
say(sources.name, problemsOfSources(sources.value, prometheus.value));
say(providers.name, problemsOfProviders(providers.value));
for (const { name, text } of dashboards) {
  say(name, problemsOfChoices(JSON.parse(text), sources.value));
}

// Where one is missing, or is not as it should be, that is said already.
if (problems.length === 0) problems.push(...problemsOfCluster(objects));

if (problems.length === 0) {
  const monitor = objects.find(({ object }) => object.kind === "PodMonitor").object;
  const accepted = [
    ...acceptedDashboards(JSON.parse(dashboards[0].text)),
    ...acceptedObjects(monitor),
    ...acceptedCluster(objects),
  ];
  for (const { name, instead } of accepted) {
    problems.push(`a fault is not refused at its place: ${name}; ${JSON.stringify(instead)}`);
  }
}

for (const problem of problems) console.error(problem);
console.log(
  `${dashboards.length} dashboards and ${objects.length} objects, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
