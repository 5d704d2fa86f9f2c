// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `npm run dev` forwards calls to a running server: BELLROCK=http://127.0.0.1:7600 npx vite
const server = process.env.BELLROCK ?? 'http://127.0.0.1:7600';

// Libraries that change rarely get a file of their own: a browser keeps them over an upgrade.
const chunks: [string, RegExp][] = [
  ['charts', /node_modules\/(echarts|zrender)\//],
  ['graph', /node_modules\/(@xyflow|d3-[a-z]+|zustand|classcat)\//],
  ['react', /node_modules\/(react|react-dom|react-router|react-router-dom|@remix-run|scheduler)\//],
];

export default defineConfig({
  plugins: [react()],
  base: '/',
  build: {
    target: 'es2020',
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      output: { manualChunks: (id) => chunks.find(([, match]) => match.test(id))?.[0] },
    },
  },
  server: { proxy: { '^/bellrock\\.': server } },
  test: { include: ['src/**/*.test.ts'] },
});
