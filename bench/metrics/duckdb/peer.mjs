// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Folds a file of calls into the twelve sets with DuckDB, one thread, each set from the smallest
// one before it, and prints what that took, the buckets of each set, and percentiles of the calls
// themselves.
import { DuckDBInstance } from "@duckdb/node-api";

// Each set and the one it is made of, as the tree would choose.
const SETS = [
  ["callee,method,callee_host,caller,result", "calls"],
  ["callee,method,caller,caller_host,result", "calls"],
  ["callee,method,callee_host,result", "callee,method,callee_host,caller,result"],
  ["callee,callee_host,caller,result", "callee,method,callee_host,caller,result"],
  ["callee,method,caller,result", "callee,method,callee_host,caller,result"],
  ["callee,caller,caller_site,caller_host,result", "callee,method,caller,caller_host,result"],
  ["callee,method,callee_site,result", "callee,method,callee_host,result"],
  ["callee,callee_host,result", "callee,method,callee_host,result"],
  ["callee,caller,result", "callee,method,caller,result"],
  ["callee,method,result", "callee,method,callee_site,result"],
  ["callee,result", "callee,method,result"],
  ["callee", "callee,result"],
];
const QUANTILES = [0.5, 0.99, 0.9999, 0.999999];

const table = (set) => (set === "calls" ? set : `"${set}"`);

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function load(db, csv) {
  await db.run("SET threads = 1");
  await db.run(`CREATE TABLE calls AS SELECT *, 1 AS n FROM read_csv('${csv}',
    columns = {callee: 'USMALLINT', method: 'UTINYINT', callee_host: 'UTINYINT',
               callee_site: 'UTINYINT', caller: 'UTINYINT', caller_host: 'USMALLINT',
               caller_site: 'UTINYINT', result: 'UTINYINT', latency: 'UINTEGER'}, header = false)`);
}

async function fold(db) {
  for (const [set, from] of SETS) {
    // A set by site made of one by host: the site is what the host's number leaves.
    const select = set.replace(/(callee|caller)_site/, (site, side) =>
      from === "calls" || from.includes(site) ? site : `${side}_host % 4 AS ${site}`);
    await db.run(`CREATE TABLE "${set}" AS SELECT ${select}, latency, sum(n)::UBIGINT AS n
      FROM ${table(from)} GROUP BY ${set}, latency`);
  }
}

async function buckets(db) {
  const found = {};
  for (const [set] of SETS) {
    const reader = await db.runAndReadAll(`SELECT count(*)::INTEGER FROM "${set}"`);
    found[set] = reader.getRows()[0][0];
  }
  return found;
}

async function percentiles(db) {
  const reader = await db.runAndReadAll(`SELECT callee, result,
    ${QUANTILES.map((q) => `quantile_disc(latency, ${q}::DECIMAL(7, 6))`).join(", ")}
    FROM calls GROUP BY callee, result`);
  return Object.fromEntries(reader.getRows().map(([callee, result, ...tps]) =>
    [`${callee},${result}`, tps]));
}

const db = await (await DuckDBInstance.create(":memory:")).connect();
await load(db, process.argv[2]);
const begin = cpuSeconds();
await fold(db);
const took = cpuSeconds() - begin;
console.log(JSON.stringify({
  cpu_seconds: took, buckets: await buckets(db), percentiles: await percentiles(db),
}));
