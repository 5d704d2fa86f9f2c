// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetricsAlarmFiring } from '../../api/generated';
import { normalise } from '../../api/normalise';

// For tests: an alarm as the server sends it.
export function firingOf(fields: object): MetricsAlarmFiring {
  return normalise('MetricsAlarmFiring', fields) as MetricsAlarmFiring;
}
