// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { Text, TextKey } from '../i18n/text';
import { ApiError, isUnreachable } from './client';

const known = new Set([
  'NOT_FOUND', 'INVALID_ARGUMENT', 'PERMISSION_DENIED', 'UNIMPLEMENTED', 'UNAVAILABLE',
  'ABORTED',
]);

// Any error of a call as a sentence for people.
export function sentence(error: unknown, text: Text): string {
  if (isUnreachable(error)) return text('error.unreachable');
  if (!(error instanceof ApiError)) return String(error);
  const { code, message } = error;
  if (known.has(code)) return text(`error.${code}` as TextKey, { message });
  return text('error.other', { code, message });
}
