// What Grafana is told of data sources and dashboards, of which it publishes no schema.

import { isDeepStrictEqual } from "node:util";

/** What is wrong with the data sources, given the configuration of Prometheus. */
export function problemsOfSources({ apiVersion, datasources }, prometheus) {
  const problems = [];
  if (apiVersion !== 1) problems.push(`apiVersion: ${apiVersion}`);
  const jobs = prometheus.scrape_configs.map((job) => job.job_name);
  for (const field of ["name", "uid"]) {
    const found = datasources.map((source) => source[field]);
    if (!isDeepStrictEqual(found, jobs)) problems.push(`${field}: ${found}, and not ${jobs}`);
  }
  for (const { name, type, access, url, jsonData } of datasources) {
    if (type !== "prometheus" || access !== "proxy") problems.push(`${name}: ${type} by ${access}`);
    if (!URL.canParse(url)) problems.push(`${name}: no URL is ${url}`);
    // Of this Grafana makes the windows of rates.
    const interval = prometheus.global.scrape_interval;
    if (jsonData?.timeInterval !== interval) {
      problems.push(`${name}: timeInterval: ${jsonData?.timeInterval}, and not ${interval}`);
    }
  }
  return problems;
}

/** What is wrong with where the dashboards are found. */
export function problemsOfProviders({ apiVersion, providers }) {
  const problems = [];
  if (apiVersion !== 1) problems.push(`apiVersion: ${apiVersion}`);
  for (const { name, type, options } of providers) {
    if (typeof name !== "string" || type !== "file" || !options?.path?.startsWith("/")) {
      problems.push(`${name}: ${type} at ${options?.path}`);
    }
  }
  if (providers.length !== 1) problems.push(`${providers.length} providers`);
  return problems;
}

/** What is wrong with the data sources that a dashboard begins with. */
export function problemsOfChoices({ templating }, { datasources }) {
  const known = datasources.map(({ uid }) => uid);
  const choices = templating.list.filter(({ type }) => type === "datasource");
  const problems = choices
    .filter(({ current }) => !known.includes(current?.value))
    .map(({ name, current }) => `$${name} is ${current?.value}, and none of ${known}`);
  if (choices.length === 0) problems.push("no data source to choose");
  return problems;
}
