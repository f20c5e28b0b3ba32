// How the objects of a cluster fit each other, of which no schema knows.

import { isDeepStrictEqual } from "node:util";

/** How long the service takes to stop at most, in seconds. */
const STOPPING = 30;

/** Whether a selector chooses what has these labels. */
function chooses(selector, labels) {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => labels?.[name] === value);
}

/** What is wrong with the objects, each `{ name, object }`, of which there is one of each kind. */
export function problemsOfCluster(objects) {
  const of = (kind) => objects.find(({ object }) => object.kind === kind).object;
  const deployment = of("Deployment");
  const service = of("Service");
  const problems = [];
  const say = (right, problem) => right || problems.push(problem);

  const pod = deployment.spec.template;
  const { labels } = pod.metadata;
  const [container, ...others] = pod.spec.containers;
  const { ports = [], env = [], volumeMounts = [] } = container;
  say(others.length === 0, "several containers");
  for (const object of [deployment, of("PodDisruptionBudget"), of("PodMonitor")]) {
    const { matchLabels } = object.spec.selector;
    say(chooses(matchLabels, labels), `the ${object.kind} does not choose the pods`);
  }
  say(chooses(service.spec.selector, labels), "the Service does not choose the pods");
  const { matchLabels } = of("ServiceMonitor").spec.selector;
  say(chooses(matchLabels, service.metadata.labels), "the ServiceMonitor does not choose the Service");

  const named = (list, name) => list.some((one) => one.name === name);
  for (const { port } of of("PodMonitor").spec.podMetricsEndpoints) {
    say(named(ports, port), `the pods have no port ${port} for the PodMonitor`);
  }
  for (const { port } of of("ServiceMonitor").spec.endpoints) {
    say(named(service.spec.ports, port), `the Service has no port ${port} for its monitor`);
  }
  for (const { targetPort } of service.spec.ports) {
    say(named(ports, targetPort), `the pods have no port ${targetPort} for the Service`);
  }
  for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
    const port = container[probe]?.tcpSocket?.port;
    say(named(ports, port), `the pods have no port ${port} for the ${probe}`);
  }
  const listens = container.args?.[1 + container.args.indexOf("--listen")]?.split(":").at(-1);
  const numbers = ports.map(({ containerPort }) => String(containerPort));
  say(isDeepStrictEqual(numbers, [listens]), `it listens on ${listens}, and not on ${numbers}`);

  const command = container.lifecycle?.preStop?.exec?.command ?? [];
  const wait = command[0] === "sleep" ? Number(command[1]) : NaN;
  const grace = pod.spec.terminationGracePeriodSeconds;
  say(grace > wait + STOPPING, `${grace} s are no time to wait for ${wait} s and stop`);

  const volume = (path) => {
    const mount = volumeMounts.find(({ mountPath }) => path?.startsWith(`${mountPath}/`));
    return pod.spec.volumes?.find(({ name }) => name === mount?.name);
  };
  const folder = env.find(({ name }) => name === "PROMETHEUS_MULTIPROC_DIR")?.value;
  const memory = volume(folder)?.emptyDir;
  say(memory?.medium === "Memory", `${folder} is not in memory`);
  say(memory?.sizeLimit !== undefined, `${folder} has no limit`);
  const root = container.args?.[1 + container.args.indexOf("--root")];
  const claim = volume(`${root}/`)?.persistentVolumeClaim?.claimName;
  const claimed = of("PersistentVolumeClaim").metadata.name;
  say(claim === claimed, `the releases in ${root} are on ${claim}, and not on ${claimed}`);
  return problems;
}
