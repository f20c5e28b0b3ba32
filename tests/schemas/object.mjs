// Kubernetes objects, by the schemas that Kubernetes and the Prometheus operator publish.

import * as operator from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import * as apps from "kubernetes-models/apps/v1";
import * as policy from "kubernetes-models/policy/v1";
import * as core from "kubernetes-models/v1";

/** The kinds that a program generates. */
export const KINDS = ["PodMonitor", "PrometheusRule", "ServiceMonitor"];

/** The kinds of what they watch. */
export const CLUSTER = ["Deployment", "PersistentVolumeClaim", "PodDisruptionBudget", "Service"];

const OPERATOR = {
  models: operator,
  module: "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1",
  apiVersion: "monitoring.coreos.com/v1",
};
const CORE = { models: core, module: "kubernetes-models/v1", apiVersion: "v1" };

const SCHEMAS = {
  ...Object.fromEntries(KINDS.map((kind) => [kind, OPERATOR])),
  Deployment: { models: apps, module: "kubernetes-models/apps/v1", apiVersion: "apps/v1" },
  PersistentVolumeClaim: CORE,
  PodDisruptionBudget: {
    models: policy,
    module: "kubernetes-models/policy/v1",
    apiVersion: "policy/v1",
  },
  Service: CORE,
};

/** What the compiler is to check: it refuses fields that are not in the schema, which allows them. */
export function typed(name, object) {
  const { module } = SCHEMAS[object.kind];
  return { name, type: `I${object.kind}`, module, json: JSON.stringify(object) };
}

/** What the schema says is wrong, with the path, if it is of one of these kinds. */
export function invalid(object, kinds = KINDS) {
  if (!kinds.includes(object?.kind)) {
    return [{ path: "kind", message: `${object?.kind} is none of ${kinds.join(", ")}` }];
  }
  // The model would fill in what is missing of these two.
  const { models, apiVersion } = SCHEMAS[object.kind];
  if (object.apiVersion !== apiVersion) {
    return [{ path: "apiVersion", message: `${object.apiVersion}, and not ${apiVersion}` }];
  }
  try {
    new models[object.kind](object).validate();
    return [];
  } catch (error) {
    if (!Array.isArray(error.errors)) throw error;
    return error.errors.map(({ instancePath, message }) => ({ path: instancePath, message }));
  }
}
