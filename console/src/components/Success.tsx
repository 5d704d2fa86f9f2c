// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { useText, type TextKey } from '../i18n/text';
import { levelOf } from '../lib/success';
import { formatPercent } from '../lib/units';

interface Props {
  rate: number;
  calls: number;
}

// A success rate in its level's colour, with the level as a word for those who do not see it.
export function Success({ rate, calls }: Props): ReactElement {
  const text = useText();
  const level = levelOf(rate, calls);
  const word = text(`common.level.${level}` as TextKey);
  return (
    <span className="success" data-level={level} title={word}>
      <i aria-hidden="true" />
      {level === 'idle' ? word : formatPercent(rate)}
      {level !== 'idle' && level !== 'good' && <span className="sr">{word}</span>}
    </span>
  );
}
