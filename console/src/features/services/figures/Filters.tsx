// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { CloseOutlined } from '@ant-design/icons';
import type { ReactElement } from 'react';
import { useText } from '../../../i18n/text';
import { nameOf, valueOf } from '../../../components/figureNames';
import type { Filter } from '../../../lib/question';

interface Props {
  filters: Filter[];
  onChange: (filters: Filter[]) => void;
}

// What the page is narrowed to; a click takes one away.
export function Filters({ filters, onChange }: Props): ReactElement | null {
  const text = useText();
  if (filters.length === 0) return null;
  return (
    <ul className="filters" aria-label={text('figures.filters')}>
      {filters.map((filter) => {
        const said = `${nameOf(filter.dimension, text)}: ${valueOf(filter.value, text)}`;
        return (
          <li key={filter.dimension}>
            <button
              type="button"
              className="filter"
              aria-label={text('figures.filter.remove', { filter: said })}
              onClick={() => onChange(filters.filter((one) => one !== filter))}
            >
              <span>{said}</span>
              <CloseOutlined />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
