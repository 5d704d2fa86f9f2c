// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { TextKey } from '../../i18n/text';

export const subpages: { path: string; title: TextKey }[] = [
  { path: '/alarms', title: 'alarms.open' },
  { path: '/alarms/history', title: 'alarms.history' },
  { path: '/alarms/rules', title: 'alarms.rules' },
  { path: '/alarms/silences', title: 'alarms.silences' },
];
