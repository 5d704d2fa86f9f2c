// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { Text } from '../i18n/text';
import { formatPercent } from '../lib/units';
import { Both } from './Both';
import { kWidths, type Column } from './DataList';
import { Success } from './Success';

interface Rated {
  success_rate: number;
  calls: number;
}

interface More<Row> extends Partial<Column<Row>> {
  before?: (row: Row) => Rated; // what it was, to the left of what it is
}

// The column of success rates, the same in every table. A row that has no calls is idle.
export function successColumn<Row>(
  text: Text,
  of: (row: Row) => Rated | undefined,
  { before, ...more }: More<Row> = {},
): Column<Row> {
  const now = (row: Row) => (
    <Success rate={of(row)?.success_rate ?? 1} calls={of(row)?.calls ?? 0} />
  );
  const then = (rated: Rated): string =>
    rated.calls > 0 ? formatPercent(rated.success_rate) : '–';
  return {
    key: 'success',
    title: text('common.success'),
    align: 'right',
    width: kWidths.success,
    narrow: 'corner',
    render: (row) => (before ? <Both then={then(before(row))} now={now(row)} /> : now(row)),
    ...more,
  };
}
