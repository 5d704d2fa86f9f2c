// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Segmented } from 'antd';
import type { ReactElement } from 'react';
import { useFigures } from '../../../api/figures';
import type { MetricsCondition, MetricsDescribeReplySet } from '../../../api/generated';
import { Failure } from '../../../components/Failure';
import { Panel } from '../../../components/Panel';
import { useText, type TextKey } from '../../../i18n/text';
import { BreakdownTable } from './BreakdownTable';
import { listOfDimensions, nameOf } from '../../../components/figureNames';
import {
  dimensions, isTold, orders, withFilter, type Bounds, type Dimension, type Order,
} from '../../../lib/question';
import type { View, ViewSetter } from './view';

interface Props {
  where: MetricsCondition[];
  bounds: Bounds | undefined;
  sets: MetricsDescribeReplySet[];
  view: View;
  setter: ViewSetter;
}

const kShown = 100;
const quantiles = [500_000, 990_000, 999_999]; // the last is what "tp" orders by

// The same calls by one dimension. What no computed set tells together with the filters is grey.
export function Breakdown({ where, bounds, sets, view, setter }: Props): ReactElement {
  const text = useText();
  const { by, filters } = view;
  const filtered = filters.map((one) => one.dimension);
  const untold = dimensions.filter((one) => !isTold(sets, [...filtered, one]));
  const grey = sets.length > 0 ? untold : [];
  const shown = grey.includes(by) ? dimensions.find((one) => !grey.includes(one)) : by;
  return (
    <Panel title={text('figures.breakdown')} extra={<OrderPicker view={view} setter={setter} />}>
      <div className="tabs">
        <ByPicker by={shown ?? by} grey={grey} filtered={filtered} setter={setter} />
        {grey.length > 0 && (
          <p className="why">
            {text('figures.grey', {
              dimensions: grey.map((one) => nameOf(one, text)).join(', '),
              filters: listOfDimensions(filtered, text),
            })}
          </p>
        )}
      </div>
      <Found
        key={shown}
        where={where}
        bounds={bounds}
        by={shown ?? by}
        order={view.order}
        onChoose={(value) =>
          setter.setFilters(withFilter(filters, { dimension: shown ?? by, value }))
        }
      />
    </Panel>
  );
}

interface FoundProps {
  where: MetricsCondition[];
  bounds: Bounds | undefined;
  by: Dimension;
  order: Order;
  onChoose: (value: string) => void;
}

// Of one dimension: made anew for another, so that rows never stand under a wrong head.
function Found({ where, bounds, by, order, onChoose }: FoundProps): ReactElement {
  const text = useText();
  const found = useFigures(
    bounds && {
      where, group_by: [by], quantiles, order_by: order, limit: kShown,
      from: bounds.from, to: bounds.to, step: 0,
    },
  );
  const more = found.data?.more ?? 0;
  return (
    <>
      <Failure errors={[found.error]} />
      <BreakdownTable lines={found.data?.lines} by={by} onChoose={onChoose} />
      {more > 0 && <p className="none">{text('figures.more', { count: more })}</p>}
    </>
  );
}

interface ByProps {
  by: Dimension;
  grey: Dimension[];
  filtered: Dimension[];
  setter: ViewSetter;
}

function ByPicker({ by, grey, filtered, setter }: ByProps): ReactElement {
  const text = useText();
  return (
    <Segmented
      aria-label={text('figures.breakdown')}
      value={by}
      options={dimensions.map((value) => {
        const disabled = grey.includes(value);
        const together = listOfDimensions([...filtered, value], text);
        const title = disabled ? text('figures.untold', { dimensions: together }) : '';
        return { value, label: nameOf(value, text), disabled, title };
      })}
      onChange={(value) => setter.set({ name: 'by', value })}
    />
  );
}

function OrderPicker({ view, setter }: Pick<Props, 'view' | 'setter'>): ReactElement {
  const text = useText();
  return (
    <Segmented<Order>
      size="small"
      aria-label={text('figures.order')}
      value={view.order}
      options={orders.map((value) => ({
        value, label: text(`figures.order.${value}` as TextKey),
      }))}
      onChange={(value) => setter.set({ name: 'order', value })}
    />
  );
}
