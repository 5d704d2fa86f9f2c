// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Puts a .gz beside every text file of dist, for the server to serve as it is, and prints sizes.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const text = /\.(js|css|html|svg|json|txt)$/;

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

let before = 0;
let after = 0;
for (const path of files(dist).filter((name) => text.test(name))) {
  const raw = readFileSync(path);
  const packed = gzipSync(raw, { level: 9 });
  writeFileSync(`${path}.gz`, packed);
  before += raw.length;
  after += packed.length;
}
const kb = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
console.log(`${relative(process.cwd(), dist)}: ${kb(before)}, compressed ${kb(after)}`);
