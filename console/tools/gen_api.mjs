// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes src/api/generated.ts (types), generated_enums.ts, generated_methods.ts and
// generated_shapes.ts (what fields are at run time) from proto/bellrock/**.proto, but for what no
// page asks, so that the console has no second, hand-written description of the API. Understands
// the subset of proto3 that those files use and stops with file and line at anything else.
//
//   node tools/gen_api.mjs            write the files
//   node tools/gen_api.mjs --check    exit 1 if they are not what the protos say
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const protoRoot = join(here, '../../proto/bellrock');
// What only servers and clients of the framework say to each other; no page asks for it.
const notAsked = ['rpc', 'replication.proto', 'queue.proto', 'compute.proto', 'report.proto'];
const typesFile = join(here, '../src/api/generated.ts');
const enumsFile = join(here, '../src/api/generated_enums.ts');
const methodsFile = join(here, '../src/api/generated_methods.ts');
const shapesFile = join(here, '../src/api/generated_shapes.ts');

// Wire kind of a scalar in protobuf's JSON form: what normalise() in client.ts turns into what.
const scalars = {
  double: 'double', float: 'double', int32: 'int', sint32: 'int', uint32: 'int', fixed32: 'int',
  sfixed32: 'int', int64: 'int', sint64: 'int', uint64: 'int', fixed64: 'int', sfixed64: 'int',
  bool: 'bool', string: 'string', bytes: 'string',
};
const typeOfKind = {
  double: 'number', int: 'number', bool: 'boolean', string: 'string', digits: 'string',
};

function protoFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (notAsked.includes(entry.name)) return [];
      if (entry.isDirectory()) return protoFiles(path);
      return entry.name.endsWith('.proto') ? [path] : [];
    })
    .sort();
}

const quotedOrComment = /"(?:[^"\\]|\\.)*"|\/\/.*$/g;
const token = /"(?:[^"\\]|\\.)*"|\.?[A-Za-z_][\w.]*|-?\d+|[^\s]/g;

function tokenise(path) {
  const tokens = [];
  readFileSync(path, 'utf8').split('\n').forEach((text, index) => {
    const code = text.replace(quotedOrComment, (part) => (part[0] === '"' ? part : ''));
    for (const match of code.matchAll(token)) {
      tokens.push({ text: match[0], line: index + 1 });
    }
  });
  return tokens;
}

// A cursor over one file's tokens.
class Reader {
  constructor(path) {
    this.path = path;
    this.tokens = tokenise(path);
    this.at = 0;
  }
  peek() {
    return this.tokens[this.at]?.text;
  }
  next() {
    return this.tokens[this.at++]?.text ?? this.fail('unexpected end of file');
  }
  expect(text) {
    const got = this.next();
    if (got !== text) this.fail(`expected '${text}', found '${got}'`);
  }
  skipTo(text) {
    while (this.next() !== text);
  }
  fail(why) {
    const line = this.tokens[Math.min(this.at, this.tokens.length) - 1]?.line ?? 0;
    throw new Error(`${relative(process.cwd(), this.path)}:${line}: ${why}`);
  }
}

function readField(reader, first) {
  let repeated = false;
  let type = first;
  if (type === 'repeated' || type === 'optional') {
    repeated = type === 'repeated';
    type = reader.next();
  }
  let mapValue;
  if (type === 'map') {
    reader.expect('<');
    reader.next();
    reader.expect(',');
    mapValue = reader.next();
    reader.expect('>');
  }
  const name = reader.next();
  reader.expect('=');
  reader.next();
  // All digits count: more than a JavaScript number holds.
  let digits = false;
  for (let token = reader.next(); token !== ';'; token = reader.next()) {
    if (token === 'JS_STRING') digits = true;
  }
  return { name, type: mapValue ?? type, repeated, digits, map: mapValue !== undefined };
}

function readEnum(reader, scope, model) {
  const name = `${scope}.${reader.next()}`;
  const values = [];
  reader.expect('{');
  for (let token = reader.next(); token !== '}'; token = reader.next()) {
    if (token !== 'option' && token !== 'reserved') values.push(token);
    reader.skipTo(';');
  }
  model.enums.set(name, values);
}

function readMessage(reader, scope, model) {
  const name = `${scope}.${reader.next()}`;
  const fields = [];
  model.messages.set(name, fields);
  reader.expect('{');
  for (let token = reader.next(); token !== '}'; token = reader.next()) {
    if (token === 'message') readMessage(reader, name, model);
    else if (token === 'enum') readEnum(reader, name, model);
    else if (token === 'option' || token === 'reserved') reader.skipTo(';');
    else if (token === 'oneof') readOneof(reader, fields);
    else fields.push(readField(reader, token));
  }
}

// Of its fields at most one is there: absent ones have no zero.
function readOneof(reader, fields) {
  reader.next();
  reader.expect('{');
  for (let token = reader.next(); token !== '}'; token = reader.next()) {
    if (token === 'option') reader.skipTo(';');
    else fields.push({ ...readField(reader, token), oneof: true });
  }
}

function readType(reader) {
  reader.expect('(');
  let type = reader.next();
  const stream = type === 'stream';
  if (stream) type = reader.next();
  reader.expect(')');
  return { type, stream };
}

function skipBlock(reader) {
  for (let depth = 1; depth > 0; ) {
    const token = reader.next();
    depth += token === '{' ? 1 : token === '}' ? -1 : 0;
  }
}

function readService(reader, pkg, model) {
  const service = `${pkg}.${reader.next()}`;
  reader.expect('{');
  for (let token = reader.next(); token !== '}'; token = reader.next()) {
    if (token !== 'rpc') {
      reader.skipTo(';');
      continue;
    }
    const name = `${service}/${reader.next()}`;
    const request = readType(reader);
    reader.expect('returns');
    const reply = readType(reader);
    model.methods.push({ name, pkg, request, reply });
    if (reader.next() === '{') skipBlock(reader);
  }
}

function readFile(path, model) {
  const reader = new Reader(path);
  let pkg = '';
  while (reader.peek() !== undefined) {
    const token = reader.next();
    if (token === 'package') {
      pkg = reader.next();
      reader.expect(';');
    } else if (token === 'message') readMessage(reader, pkg, model);
    else if (token === 'enum') readEnum(reader, pkg, model);
    else if (token === 'service') readService(reader, pkg, model);
    else if (['syntax', 'import', 'option'].includes(token)) reader.skipTo(';');
    else if (token !== ';') reader.fail(`unexpected '${token}'`);
  }
}

// proto's scoping: the innermost scope that knows the name wins.
function resolve(type, scope, model) {
  if (type.startsWith('.')) return type.slice(1);
  for (let at = scope; ; at = at.slice(0, at.lastIndexOf('.'))) {
    const full = at ? `${at}.${type}` : type;
    if (model.messages.has(full) || model.enums.has(full)) return full;
    if (!at.includes('.')) break;
  }
  if (model.messages.has(type) || model.enums.has(type)) return type;
  throw new Error(`${scope}: unknown type '${type}'`);
}

// bellrock.naming.v1.ListReply.Child -> NamingListReplyChild
function tsName(full) {
  const [, subject, , ...rest] = full.split('.');
  return subject[0].toUpperCase() + subject.slice(1) + rest.join('');
}

function describe(field, scope, model) {
  const scalar = field.digits ? 'digits' : scalars[field.type];
  const full = scalar ? '' : resolve(field.type, scope, model);
  const kind = scalar ?? (model.enums.has(full) ? 'enum' : tsName(full));
  const type = scalar ? typeOfKind[scalar] : tsName(full);
  const first = model.enums.get(full)?.[0];
  const prefix = field.repeated ? '*' : field.map ? '%' : field.oneof ? '?' : '';
  return {
    type: field.repeated ? `${type}[]` : field.map ? `Record<string, ${type}>` : type,
    shape: `'${prefix}${kind === 'enum' ? `=${first}` : kind}'`,
  };
}

const head = [
  '// SPDX-FileCopyrightText: 2026 The Bellrock Authors',
  '// SPDX-License-Identifier: Apache-2.0',
  '//',
  '// Generated from proto/bellrock/**.proto by tools/gen_api.mjs (npm run gen). Do not edit.',
  '',
];
const nameOf = (model, m, side) => tsName(resolve(m[side].type, m.pkg, model));
const unaryOf = (model) => model.methods.filter((m) => !m.request.stream && !m.reply.stream);

function generateEnums(model) {
  const out = [...head];
  for (const [name, values] of model.enums) {
    out.push(`export type ${tsName(name)} =`);
    values.forEach((value, i) => out.push(`  | '${value}'${i + 1 === values.length ? ';' : ''}`));
    out.push('');
  }
  return out.join('\n');
}

function generateTypes(model) {
  const out = [...head, 'import type {'];
  for (const name of [...model.enums.keys()].map(tsName).sort()) out.push(`  ${name},`);
  out.push("} from './generated_enums';", '', "export * from './generated_enums';");
  out.push("export type { Methods } from './generated_methods';", '');
  for (const [name, fields] of model.messages) {
    if (fields.length === 0) out.push(`export type ${tsName(name)} = Record<string, never>;`, '');
    else {
      out.push(`export interface ${tsName(name)} {`);
      for (const f of fields) {
        out.push(`  ${f.name}${f.oneof ? '?' : ''}: ${describe(f, name, model).type};`);
      }
      out.push('}', '');
    }
  }
  return out.join('\n');
}

function generateMethods(model) {
  const out = [...head, "import type * as api from './generated';", ''];
  out.push('// Methods with one reply; streams are not called by the console.');
  out.push('export interface Methods {');
  for (const m of unaryOf(model)) {
    out.push(`  '${m.name}': {`, `    request: api.${nameOf(model, m, 'request')};`);
    out.push(`    reply: api.${nameOf(model, m, 'reply')};`, '  };');
  }
  out.push('}', '');
  return out.join('\n');
}

function generateShapes(model) {
  const out = [...head, "import type { Methods } from './generated';", ''];
  out.push('export const replies: Record<keyof Methods, string> = {');
  for (const m of unaryOf(model)) {
    const line = `  '${m.name}': '${nameOf(model, m, 'reply')}',`;
    if (line.length <= 100) out.push(line);
    else out.push(`  '${m.name}':`, `    '${nameOf(model, m, 'reply')}',`);
  }
  out.push('};', '');
  out.push('// Kind of each field: scalar, message, = enum with its zero; * list, % map, ? oneof.');
  out.push('export const shapes: Record<string, Record<string, string>> = {');
  for (const [name, fields] of model.messages) {
    out.push(`  ${tsName(name)}: {`);
    for (const f of fields) out.push(`    ${f.name}: ${describe(f, name, model).shape},`);
    out.push('  },');
  }
  out.push('};', '');
  return out.join('\n');
}

function isCurrent(path, text) {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false; // missing is the same as stale
  }
}

// Leaves only what methods take and give: files and shared memory hold messages, too.
function keepWhatIsAsked(model) {
  const asked = new Set();
  const visit = (full) => {
    if (asked.has(full) || !(model.messages.has(full) || model.enums.has(full))) return;
    asked.add(full);
    for (const field of model.messages.get(full) ?? []) {
      if (!scalars[field.type]) visit(resolve(field.type, full, model));
    }
  };
  for (const m of unaryOf(model)) {
    visit(resolve(m.request.type, m.pkg, model));
    visit(resolve(m.reply.type, m.pkg, model));
  }
  for (const table of [model.messages, model.enums]) {
    for (const name of [...table.keys()]) if (!asked.has(name)) table.delete(name);
  }
}

const model = { messages: new Map(), enums: new Map(), methods: [] };
for (const path of protoFiles(protoRoot)) readFile(path, model);
keepWhatIsAsked(model);
const wanted = [
  [typesFile, generateTypes(model)],
  [enumsFile, generateEnums(model)],
  [methodsFile, generateMethods(model)],
  [shapesFile, generateShapes(model)],
];
if (process.argv.includes('--check')) {
  if (!wanted.every(([path, text]) => isCurrent(path, text))) {
    console.error('src/api/generated*.ts are not what proto/ says; run: npm run gen');
    process.exit(1);
  }
} else {
  for (const [path, text] of wanted) writeFileSync(path, text);
  console.log(`wrote ${relative(process.cwd(), typesFile)}: ${model.messages.size} messages`);
}
