// Faults, each of which must be found at its place: a check that finds none of them checks nothing.

import { problemsOfCluster } from "./cluster.mjs";
import { check } from "./compiler.mjs";
import { CLUSTER, invalid, typed } from "./object.mjs";

/** A copy in which what is at a path is another value. */
function changed(value, path, to) {
  const copy = structuredClone(value);
  const last = path.at(-1);
  const holder = path.slice(0, -1).reduce((at, step) => at[step], copy);
  if (holder === null || typeof holder !== "object") {
    throw new Error(`there is no ${path.join(".")} in which to put a fault`);
  }
  holder[last] = to;
  return copy;
}

/** The path to the first panel of a type, which may be in a row. */
function firstPanel(dashboard, type) {
  for (const [index, panel] of dashboard.panels.entries()) {
    if (panel.type === type) return ["panels", index];
    const inside = (panel.panels ?? []).findIndex((panel) => panel.type === type);
    if (inside >= 0) return ["panels", index, "panels", inside];
  }
  throw new Error(`there is no panel of the type ${type} in which to put a fault`);
}

function shown(path) {
  return path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("").slice(1);
}

/** Which faults in a dashboard are not refused. */
export function acceptedDashboards(dashboard) {
  const series = firstPanel(dashboard, "timeseries");
  const stat = firstPanel(dashboard, "stat");
  const faults = [
    [["schemaVersion"], 41],
    [["refresh"], 5],
    [["time", "from"], null],
    [["tite"], "no such field"],
    [["templating", "list", 0, "refresh"], 7],
    [["templating", "list", 0, "type"], "unheard of"],
    [[...series, "gridPos", "w"], "12"],
    [[...series, "type"], "graph"],
    [[...series, "description"], undefined],
    [[...series, "targets"], []],
    [[...series, "targets", 0, "expr"], 1],
    [[...series, "targets", 0, "query"], "up"],
    [[...series, "options", "legend", "displayMode"], "sideways"],
    [[...series, "options", "legends"], {}],
    [[...series, "fieldConfig", "defaults", "unit"], 1],
    [[...series, "fieldConfig", "defaults", "custom", "drawStyle"], "crayon"],
    [[...series, "fieldConfig", "defaults", "custom", "lineWidht"], 1],
    [[...stat, "options", "colorMode"], "loud"],
    [[...stat, "options", "reduceOptions"], "last"],
    [[...stat, "fieldConfig", "defaults", "thresholds"], { steps: [{ value: null }] }],
  ];
  const values = faults.map(([path, to]) => ({
    name: `${shown(path)} = ${JSON.stringify(to)}`,
    type: "Dashboard",
    module: "./dashboard.ts",
    json: JSON.stringify(changed(dashboard, path, to)),
    // What is missing, or empty, or of a type that decides on the rest, is said of what is around it.
    path: shown(to === undefined || path.at(-1) === "type" ? path.slice(0, -1) : path),
  }));
  const problems = check(values);
  const refused = ({ name, path }) => problems.get(name).some((one) => one.path.startsWith(path));
  return values.filter((value) => !refused(value)).map(({ name }) => ({
    name,
    instead: problems.get(name),
  }));
}

/** Which faults in a PodMonitor are not refused. */
export function acceptedObjects(monitor) {
  const endpoint = ["spec", "podMetricsEndpoints", 0];
  const faults = [
    [["kind"], "PodMonitors"],
    [["apiVersion"], "v1"],
    [["spec", "selector"], undefined],
    [["spec", "podMetricsEndpoints"], {}],
    [[...endpoint, "interval"], 30],
    [[...endpoint, "interval"], "30 s"],
    [[...endpoint, "scheme"], "gopher"],
  ];
  const accepted = faults
    .filter(([path, to]) => invalid(changed(monitor, path, to)).length === 0)
    .map(([path, to]) => ({ name: `${shown(path)} = ${JSON.stringify(to)}` }));
  const unknown = typed("an unknown field", changed(monitor, [...endpoint, "intervall"], "30s"));
  const found = check([unknown]).get(unknown.name);
  if (!found.some(({ path }) => path.endsWith("intervall"))) accepted.push({ name: unknown.name });
  return accepted;
}

/** Which faults in the objects of a cluster are not refused: by their schemas, and beside each other. */
export function acceptedCluster(objects) {
  const of = (kind) => objects.find(({ object }) => object.kind === kind).object;
  const pod = ["spec", "template", "spec"];
  const container = [...pod, "containers", 0];
  const name = "app.kubernetes.io/name";
  const ofSchema = [
    ["Deployment", ["apiVersion"], "apps/v1beta1"],
    ["Deployment", ["spec", "selector"], undefined],
    ["Deployment", ["spec", "replicas"], "3"],
    ["Deployment", [...container, "name"], undefined],
    ["Deployment", [...container, "ports", 0, "containerPort"], "http"],
    ["Deployment", [...container, "readinessProbe", "tcpSocket", "port"], {}],
    ["Service", ["spec", "ports", 0, "port"], "http"],
    ["PodDisruptionBudget", ["spec", "maxUnavailable"], true],
    ["PersistentVolumeClaim", ["spec", "accessModes"], "ReadWriteMany"],
  ];
  const beside = [
    ["Deployment", ["spec", "selector", "matchLabels", name], "other"],
    ["Deployment", ["spec", "template", "metadata", "labels", name], "other"],
    ["Deployment", [...pod, "terminationGracePeriodSeconds"], 40],
    ["Deployment", [...pod, "volumes", 0, "emptyDir"], {}],
    ["Deployment", [...container, "ports", 0, "name"], "web"],
    ["Deployment", [...container, "ports", 0, "containerPort"], 80],
    ["Deployment", [...container, "env", 0, "value"], "/tmp/metrics"],
    ["Deployment", [...container, "lifecycle", "preStop", "exec", "command"], ["true"]],
    ["Deployment", [...container, "livenessProbe", "tcpSocket", "port"], "web"],
    ["Service", ["metadata", "labels", name], "other"],
    ["Service", ["spec", "selector"], {}],
    ["Service", ["spec", "ports", 0, "name"], "web"],
    ["Service", ["spec", "ports", 0, "targetPort"], "web"],
    ["PodDisruptionBudget", ["spec", "selector", "matchLabels", name], "other"],
    ["PodMonitor", ["spec", "selector", "matchLabels", name], "other"],
    ["PodMonitor", ["spec", "podMetricsEndpoints", 0, "port"], "web"],
    ["ServiceMonitor", ["spec", "endpoints", 0, "port"], "web"],
    ["PersistentVolumeClaim", ["metadata", "name"], "other"],
  ];
  const shows = ([kind, path, to]) => ({ name: `${kind}: ${shown(path)} = ${JSON.stringify(to)}` });
  const valid = ([kind, path, to]) => invalid(changed(of(kind), path, to), CLUSTER).length === 0;
  const fits = ([kind, path, to]) => {
    const fault = { name: kind, object: changed(of(kind), path, to) };
    const others = objects.filter(({ object }) => object.kind !== kind);
    return problemsOfCluster([...others, fault]).length === 0;
  };
  const unknown = [
    ["Deployment", [...container, "readinesProbe"], {}],
    ["Deployment", [...pod, "volumes", 0, "emptyDir", "sizelimit"], "1Mi"],
    ["Service", ["spec", "ports", 0, "targetport"], "http"],
    ["PodDisruptionBudget", ["spec", "maxUnavailble"], 1],
    ["PersistentVolumeClaim", ["spec", "accessMode"], []],
  ].map(([kind, path, to]) => ({ ...typed(shown(path), changed(of(kind), path, to)), path }));
  const found = check(unknown);
  const known = unknown.filter(
    ({ name, path }) => !found.get(name).some((one) => one.path.endsWith(path.at(-1))),
  );
  return [...ofSchema.filter(valid).map(shows), ...beside.filter(fits).map(shows), ...known];
}
