// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert } from 'antd';
import type { ReactElement } from 'react';
import { isUnreachable } from '../api/client';
import { sentence } from '../api/sentences';
import { useText } from '../i18n/text';

// A refusal of one question of the page. That the server is gone is said by the banner, once.
export function Failure({ errors }: { errors: unknown[] }): ReactElement | null {
  const text = useText();
  const said = errors.filter((error) => error && !isUnreachable(error));
  const sentences = [...new Set(said.map((error) => sentence(error, text)))];
  if (sentences.length === 0) return null;
  return (
    <Alert
      className="banner"
      type="warning"
      showIcon
      title={sentences.map((one) => (
        <div key={one}>{one}</div>
      ))}
    />
  );
}
