// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// FOR DEVELOPMENT ONLY: serves console/dist with invented, moving figures, to work on the pages
// without a cluster. It is not part of the product and proves nothing about the product.
//
//   npm run build && node tools/fixture_server.mjs [port] [--empty]
import { createServer } from 'node:http';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboardsOf, queryOf } from './fixture/figures.mjs';
import { cardsOf, fold, pathsOf, services } from './fixture/site.mjs';
import { Refused, routingOf } from './fixture/routing.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const port = Number(process.argv.find((a) => /^\d+$/.test(a)) ?? 7690);
const empty = process.argv.includes('--empty');
const startedMs = Date.now();
const operator = new Map(); // path -> OperatorState
const kWindow = 600;
const nothingSaid = { disabled: false, isolated: false, weight: 0, reason: '' };

const nowSecond = () => Math.floor(Date.now() / 1000) - 1;
const names = () => (empty ? [] : Object.keys(services).sort());
const cards = (second) => (empty ? [] : cardsOf(second, operator));

function instanceOf(path) {
  const ghost = path.endsWith('/user/profile/main/4');
  const state = ghost ? 'UNREACHABLE' : 'WORKING';
  const index = Number(path.split('/').pop());
  return {
    spec: {
      path, address: `127.0.0.1:${42000 + path.length * 10 + index}`, weight: 100, lease_ms: 10000,
      labels: {}, version: '1.4.2', incarnation: '1',
    },
    state: `INSTANCE_STATE_${state}`,
    operator_state: operator.get(path) ?? nothingSaid,
    revision: '42', registered_unix_ms: String(startedMs - 5_000_000),
    changed_unix_ms: String(startedMs - 90_000 * index),
    reason: ghost ? 'no heartbeat for 10000 ms (lease 10000 ms)' : 'heartbeats arrive',
  };
}

function rowOf(service) {
  const all = pathsOf(service).map(instanceOf);
  const count = (state) => String(all.filter((i) => i.state === `INSTANCE_STATE_${state}`).length);
  return {
    service,
    initial: count('INITIAL'),
    working: count('WORKING'),
    unreachable: count('UNREACHABLE'),
    disabled: String(all.filter((i) => i.operator_state.disabled).length),
    sites: [...new Set(all.map((i) => i.spec.path.split('/')[1]))].sort(),
  };
}

const matches = (filter) => (card) =>
  Object.entries(filter ?? {}).every(([field, value]) => !value || card[field] === value);

function series({ filter, seconds = 0, split_by: splitBy = '' }) {
  const now = nowSecond();
  const window = Math.min(seconds || 120, kWindow);
  const keys = new Map();
  const bySecond = [];
  for (let second = now - window + 1; second <= now; second++) {
    const rows = cards(second).filter(matches(filter));
    bySecond.push([second, rows]);
    for (const row of rows) keys.set(splitBy ? row[splitBy] : '', true);
  }
  if (!splitBy) keys.set('', true);
  const lines = [...keys.keys()].sort().map((key) => ({
    key,
    points: bySecond.map(([second, rows]) => {
      const sum = fold(rows.filter((row) => !splitBy || row[splitBy] === key));
      return strings({ second, ...sum });
    }),
  }));
  return { now_second: String(now), lines };
}

const strings = (row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, String(v)]));

function table({ filter, seconds = 0, group_by: groupBy = [], limit = 0, order_by: orderBy = '' }) {
  const now = nowSecond();
  const window = seconds || 10;
  const groups = new Map();
  for (let second = now - window + 1; second <= now; second++) {
    for (const card of cards(second).filter(matches(filter))) {
      const key = JSON.stringify(groupBy.map((dimension) => String(card[dimension])));
      groups.set(key, [...(groups.get(key) ?? []), card]);
    }
  }
  const rows = [...groups].map(([key, list]) => {
    const { max_us: _, ...sum } = fold(list);
    return {
      key: JSON.parse(key), ...strings(sum), success_rate: (sum.calls - sum.failures) / sum.calls,
      calls_per_second: sum.calls / window,
    };
  });
  const by = {
    failures: (row) => -row.failures, success_rate: (row) => row.success_rate,
    tp99_us: (row) => -row.tp99_us,
  }[orderBy] ?? ((row) => -row.calls);
  rows.sort((a, b) => by(a) - by(b));
  return { now_second: String(now), rows: rows.slice(0, limit || 100) };
}

function lookup({ target = '', include_unusable: all = false }) {
  if (!names().includes(target)) return { revision: '42', instances: [] };
  const instances = pathsOf(target).map(instanceOf);
  return {
    revision: '42',
    instances: instances.filter((i) => all || i.state === 'INSTANCE_STATE_WORKING'),
  };
}

function listServices({ search = '', page_size: size = 0, page_token: token = '' }) {
  const found = names().filter((name) => name.includes(search.toLowerCase()));
  const from = Number(token || 0);
  const end = from + (size || 100);
  return {
    services: found.slice(from, end).map(rowOf), total: String(found.length),
    next_page_token: end < found.length ? String(end) : '',
  };
}

function setOperatorState({ path = '', operator_state: said = {} }) {
  if (!names().some((name) => pathsOf(name).includes(path))) {
    throw new Refused(404, 'NOT_FOUND', `path '${path}': no such instance; see bellrock naming ls`);
  }
  operator.set(path, { ...nothingSaid, ...said });
  return { revision: '43' };
}

function namingStats() {
  const all = names().flatMap((name) => pathsOf(name).map(instanceOf));
  return {
    revision: '42', epoch: '1732230000123456789', instances: String(all.length),
    working: String(all.filter((i) => i.state === 'INSTANCE_STATE_WORKING').length),
    services: String(names().length), watchers: '9', registers: '16', heartbeats: '5120',
    expirations: '1', storage_error: '',
  };
}

function metricsStats() {
  const calls = empty ? 0 : Math.round(((Date.now() - startedMs) / 1000) * 6910);
  return {
    calls_counted: String(calls), calls_expected: String(calls), cards: String(calls >> 6),
    sources: empty ? '0' : '10', duplicates: '0', late: '0',
  };
}

const methods = {
  'bellrock.naming.v1.Naming/ListServices': listServices,
  'bellrock.naming.v1.Naming/Lookup': lookup,
  'bellrock.naming.v1.Naming/Stats': namingStats,
  'bellrock.naming.v1.Naming/SetOperatorState': setOperatorState,
  ...routingOf({ names, instanceOf, nowSecond, operator }),
  ...queryOf({ nowSecond, operator, empty }),
  ...dashboardsOf(),
  'bellrock.metrics.v1.Metrics/Series': series,
  'bellrock.metrics.v1.Metrics/Table': table,
  'bellrock.metrics.v1.Metrics/Stats': metricsStats,
};

const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

function serveFile(request, response) {
  const wanted = normalize(new URL(request.url, 'http://x').pathname).replace(/^\/+/, '');
  let path = join(dist, wanted);
  if (!path.startsWith(dist) || !existsSync(path) || statSync(path).isDirectory()) {
    if (!(request.headers.accept ?? '').includes('text/html')) {
      response.writeHead(404).end();
      return;
    }
    path = join(dist, 'index.html');
  }
  const headers = { 'content-type': types[extname(path)] ?? 'application/octet-stream' };
  if (existsSync(`${path}.gz`)) {
    headers['content-encoding'] = 'gzip';
    path += '.gz';
  }
  response.writeHead(200, headers).end(readFileSync(path));
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

createServer((request, response) => {
  if (request.method !== 'POST') {
    serveFile(request, response);
    return;
  }
  let text = '';
  request.on('data', (part) => (text += part));
  request.on('end', () => {
    try {
      const method = methods[request.url.slice(1)];
      if (!method) throw new Refused(404, 'UNIMPLEMENTED', `no method ${request.url}`);
      answer(response, 200, method(JSON.parse(text || '{}')));
    } catch (error) {
      const { status = 500, code = 'INTERNAL', message } = error;
      answer(response, status, { code, message });
    }
  });
}).listen(port, '127.0.0.1', () => {
  console.log(`development fixture with invented figures: http://127.0.0.1:${port}`);
});
