// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/api_page_html.h"

namespace bellrock::rpc {

const char* const kApiPageHtml = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Services</title>
<style>
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --dim: #57606a; --go: #0a5fb4; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --soft: #1c2128; --dim: #9198a1; --go: #4493f8; }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; overflow-wrap: anywhere; }
p { margin: .2rem 0 1rem; color: var(--dim); }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; }
summary { padding: .5rem .7rem; cursor: pointer; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 4.2rem; font-size: .8rem; letter-spacing: .04em; }
summary span { color: var(--dim); font-size: .85rem; margin-left: .5rem; display: inline-block; }
code, pre, textarea, input { font: .9rem/1.45 ui-monospace, monospace; }
form { padding: .2rem .7rem .7rem; border-top: 1px solid var(--line); }
label { display: block; margin: .5rem 0 0; font-size: .9rem; }
label i { color: var(--dim); font-style: normal; font-size: .8rem; }
input, textarea, select {
  width: 100%; box-sizing: border-box; padding: .4rem; border: 1px solid var(--line);
  border-radius: 4px; background: Canvas; color: CanvasText;
}
button {
  margin: .7rem .5rem 0 0; padding: .45rem 1.2rem; border: 0; border-radius: 4px; font: inherit;
  background: var(--go); color: Canvas; cursor: pointer;
}
button[type=button] { background: none; color: var(--go); border: 1px solid var(--line); }
pre {
  background: var(--soft); padding: .6rem; border-radius: 4px; overflow: auto; max-height: 30rem;
  white-space: pre-wrap; overflow-wrap: anywhere; margin: .7rem 0 0;
}
.bad { color: #cf222e; }
</style>
<h1 id="title">Services</h1>
<p>What this server answers by HTTP, from <a href="openapi.json">openapi.json</a>.</p>
<main id="services"></main>
<script>
'use strict';
const make = (tag, text, parent, set) => {
  const node = Object.assign(document.createElement(tag), set);
  node.append(text);
  if (parent) parent.append(node);
  return node;
};
let doc;
const follow = (part) =>
  part && part.$ref ? part.$ref.slice(2).split('/').reduce((at, key) => at[key], doc) : part;

// A value to begin with: the names of the fields are there, recursion stops after a few.
function example(schema, depth = 0) {
  const whole = follow(schema) || {};
  if (whole.enum) return whole.enum[0];
  if (whole.type === 'array') return [];
  if (whole.type === 'boolean') return false;
  if (whole.type === 'integer' || whole.type === 'number') return 0;
  if (whole.type === 'string') return /int64/.test(whole.format) ? '0' : '';
  const value = {};
  if (depth > 2) return value;
  // Of fields that exclude one another, the first.
  const excluded = new Set((whole.allOf || []).flatMap(
      (rule) => rule.not.anyOf.map((pair) => pair.required[1])));
  for (const [name, field] of Object.entries(whole.properties || {})) {
    const inside = follow(field);
    if (excluded.has(name) || ['date-time', 'duration'].includes(inside.format)) continue;
    if (inside.type === 'object' && depth > 1) continue;
    if (inside.nullable) continue;
    value[name] = example(field, depth + 1);
  }
  return value;
}

function field(form, parameter) {
  const schema = follow(parameter.schema);
  const list = schema.type === 'array';
  const one = list ? follow(schema.items) : schema;
  const label = make('label', parameter.name + ' ', form);
  make('i', [parameter.in, one.format || one.type || 'value', list ? 'several with commas' : '',
    parameter.description || ''].filter(Boolean).join(', '), label);
  const values = one.type === 'boolean' ? ['true', 'false'] : one.enum;
  const input = make(values && !list ? 'select' : 'input', '', label);
  if (values && !list) ['', ...values].forEach((value) => make('option', value, input));
  input.required = parameter.required === true;
  return { parameter, input, list };
}

function target(path, fields) {
  const query = new URLSearchParams();
  for (const { parameter, input, list } of fields) {
    const { name } = parameter;
    if (parameter.in === 'path') {
      const open = /slashes/.test(parameter.description || '');
      const text = encodeURIComponent(input.value);
      path = path.replace(`{${name}}`, () => (open ? text.replaceAll('%2F', '/') : text));
    } else if (parameter.in === 'query' && input.value !== '') {
      const parts = list ? input.value.split(',') : [input.value];
      parts.forEach((part) => query.append(name, part.trim()));
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

const pretty = (text) => {
  try {
    // Numbers that JavaScript would round come as strings, so nothing is lost here.
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

async function send(url, options, out, streaming) {
  const begun = performance.now();
  const answer = await fetch(url, options);
  const head = () => `${answer.status} ${answer.statusText}, ${Math.round(
      performance.now() - begun)} ms\n`;
  out.className = answer.ok ? '' : 'bad';
  if (!streaming || !answer.ok) {
    out.textContent = head() + pretty(await answer.text());
    return;
  }
  let text = '';
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text = (text + part.value).slice(-100000);
    out.textContent = head() + text;
  }
  out.textContent = head() + text + '(end)';
}

function openForm(box, verb, path, operation) {
  const form = make('form', '', box);
  const streaming = 'application/x-ndjson' in operation.responses['200'].content;
  const parameters = operation.parameters.map(follow);
  const isHeader = (parameter) => parameter.in === 'header';
  const fields = parameters.filter((p) => !isHeader(p)).map((p) => field(form, p));
  let body;
  if (operation.requestBody) {
    body = make('textarea', '', make('label', 'body ', form), { spellcheck: false });
    const schema = operation.requestBody.content['application/json'].schema;
    body.value = JSON.stringify(example(schema), null, 2);
    body.rows = Math.min(20, body.value.split('\n').length + 1);
  }
  fields.push(...parameters.filter(isHeader).map((p) => field(form, p)));
  make('button', 'Call', form);
  const stop = make('button', 'Stop', form, { type: 'button', hidden: true });
  const out = make('pre', '', form, { hidden: true });
  form.onsubmit = async (event) => {
    event.preventDefault();
    const control = new AbortController();
    const headers = { Accept: streaming ? 'application/x-ndjson' : 'application/json' };
    if (body) headers['Content-Type'] = 'application/json';
    for (const { parameter, input } of fields) {
      if (parameter.in === 'header' && input.value) headers[parameter.name] = input.value;
    }
    stop.onclick = () => control.abort();
    stop.hidden = out.hidden = false;
    out.textContent = '...';
    try {
      await send(target(path, fields), {
        method: verb.toUpperCase(), headers, body: body && body.value, signal: control.signal,
      }, out, streaming);
    } catch (error) {
      const stopped = error.name === 'AbortError';
      if (!stopped) out.className = 'bad';
      out.textContent += stopped ? '(stopped)' : `\n${error.message}`;
    }
    stop.hidden = true;
  };
}

function show() {
  document.title = doc.info.title;
  document.getElementById('title').textContent = doc.info.title;
  const sections = new Map();
  for (const { name } of doc.tags) {
    const section = make('section', '', document.getElementById('services'));
    make('h2', name, section);
    sections.set(name, section);
  }
  for (const [path, verbs] of Object.entries(doc.paths)) {
    for (const [verb, operation] of Object.entries(verbs)) {
      const id = operation.operationId;
      const box = make('details', '', sections.get(operation.tags[0]), { id });
      const line = make('summary', '', box);
      make('b', verb.toUpperCase(), line);
      make('code', path, line);
      const name = operation.summary.split('/')[1];
      if (!path.endsWith(`/${name}`)) make('span', name, line);
      box.ontoggle = () => {
        box.ontoggle = null;
        openForm(box, verb, path, operation);
      };
    }
  }
}

fetch('openapi.json').then((answer) => answer.json()).then((json) => {
  doc = json;
  show();
  // A link can name a method: /-/api#music.v1.Catalog.GetMp3List
  const named = document.getElementById(location.hash.slice(1));
  if (named) {
    named.open = true;
    named.scrollIntoView();
  }
}).catch((error) => make('p', `openapi.json: ${error.message}`, document.body));
</script>
</html>
)html";

}  // namespace bellrock::rpc
