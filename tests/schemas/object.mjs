// Kubernetes objects, by the schemas that the Prometheus operator publishes.

import * as operator from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";

export const KINDS = ["PodMonitor", "PrometheusRule", "ServiceMonitor"];

const MODULE = "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";

/** What the compiler is to check: it refuses fields that are not in the schema, which allows them. */
export function typed(name, object) {
  return { name, type: `I${object.kind}`, module: MODULE, json: JSON.stringify(object) };
}

/** What the schema says is wrong, with the path. */
export function invalid(object) {
  if (!KINDS.includes(object?.kind)) {
    return [{ path: "kind", message: `${object?.kind} is none of ${KINDS.join(", ")}` }];
  }
  // The model would fill in what is missing of these two.
  if (object.apiVersion !== "monitoring.coreos.com/v1") {
    return [{ path: "apiVersion", message: `${object.apiVersion} is not that of the operator` }];
  }
  try {
    new operator[object.kind](object).validate();
    return [];
  } catch (error) {
    if (!Array.isArray(error.errors)) throw error;
    return error.errors.map(({ instancePath, message }) => ({ path: instancePath, message }));
  }
}
