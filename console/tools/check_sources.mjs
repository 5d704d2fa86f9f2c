// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// The laws of the project that TypeScript itself does not hold: two SPDX lines, line at most 100
// columns, function at most 70 lines, file at most 800 unless generated, colours only in
// styles/tokens.css, features never import each other, one fetch. Prints every breach and exits 1
// if there is one.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const kLine = 100;
const kFunction = 70;
const kFile = 800;

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

const breaches = [];
const breach = (path, line, why) => breaches.push(`${relative(root, path)}:${line}: ${why}`);

function checkLines(path, lines) {
  if (!lines[0]?.includes('SPDX-FileCopyrightText') || !lines[1]?.includes('SPDX-License-Id')) {
    breach(path, 1, 'lacks its two SPDX lines');
  }
  const isGenerated = path.includes('/api/generated');
  if (lines.length > kFile && !isGenerated) breach(path, kFile, `more than ${kFile} lines`);
  lines.forEach((line, i) => {
    if (line.length > kLine) breach(path, i + 1, `${line.length} columns; ${kLine} at most`);
    const colour = /#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?)\(/.test(line);
    if (path.includes('/src/') && colour && !path.endsWith('tokens.css')) {
      breach(path, i + 1, 'a colour outside styles/tokens.css; use a token');
    }
    if (path.includes('/src/') && /\bfetch\(/.test(line) && !path.endsWith('api/client.ts')) {
      breach(path, i + 1, 'fetch outside api/client.ts; use call()');
    }
  });
}

function checkImports(path, lines) {
  const feature = /\/src\/features\/([^/]+)\//.exec(path)?.[1];
  const inComponents = path.includes('/src/components/') || path.includes('/src/lib/');
  lines.forEach((line, i) => {
    const from = /from '(\.[^']*)'|import\('(\.[^']*)'\)/.exec(line);
    if (!from) return;
    const target = join(dirname(path), from[1] ?? from[2]);
    const other = /\/src\/features\/([^/]+)\//.exec(`${target}/`)?.[1];
    if (feature && other && other !== feature) {
      breach(path, i + 1, 'features never import each other');
    }
    if (inComponents && other) breach(path, i + 1, 'components and lib know no feature');
  });
}

function checkFunctions(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (at) => source.getLineAndCharacterOfPosition(at).line + 1;
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) {
      const length = lineOf(node.getEnd()) - lineOf(node.getStart()) + 1;
      if (length > kFunction) {
        breach(path, lineOf(node.getStart()), `function of ${length} lines; ${kFunction} at most`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

const folders = ['src', 'tools', '../tests/browser'].map((name) => join(root, name));
for (const path of folders.flatMap(files).filter((name) => /\.(ts|tsx|mjs|css)$/.test(name))) {
  const text = readFileSync(path, 'utf8');
  const lines = text.replace(/\n$/, '').split('\n');
  checkLines(path, lines);
  if (!path.endsWith('.css')) {
    checkImports(path, lines);
    checkFunctions(path, text);
  }
}
for (const line of breaches) console.error(line);
process.exit(breaches.length > 0 ? 1 : 0);
