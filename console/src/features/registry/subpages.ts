// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { TextKey } from '../../i18n/text';

export const subpages: { path: string; title: TextKey }[] = [
  { path: '/naming', title: 'page.cluster' },
  { path: '/naming/tree', title: 'page.tree' },
  { path: '/naming/events', title: 'page.events' },
];
