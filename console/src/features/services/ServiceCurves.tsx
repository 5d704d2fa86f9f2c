// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Segmented } from 'antd';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useCurves } from '../../api/queries';
import { ChartPanel } from '../../components/ChartPanel';
import {
  quantities, seriesOf, successAxis, type Quantity, type QuantityName,
} from '../../components/curves';
import { SelectionCharts } from '../../components/SelectionCharts';
import { useText, type TextKey } from '../../i18n/text';
import type { Curves } from '../../lib/series';
import { seriesToken } from '../../lib/tokens';
import type { InstanceRow } from './instances';

type By = 'instance' | 'method' | 'all';
const choices: By[] = ['instance', 'method', 'all'];

interface Props {
  service: string;
  rows: InstanceRow[] | undefined;
  window: number;
  hovered: string | null; // path of the instance under the cursor in the table
}

// Live curves of a service: a line per instance or method, or all calls together.
export function ServiceCurves({ service, rows, window, hovered }: Props): ReactElement {
  const text = useText();
  const [params, setParams] = useSearchParams();
  const by = choices.find((choice) => choice === params.get('by')) ?? 'instance';
  const curves = useCurves({ callee: service }, by === 'all' ? '' : by, window);
  const now = curves.data?.now ?? 0;
  return (
    <>
      <div className="section-head">
        <h2>{text('detail.curves')}</h2>
        <Segmented
          aria-label={text('detail.by')}
          value={by}
          options={choices.map((value) => ({
            value,
            label: text(`detail.by.${value}` as TextKey),
          }))}
          onChange={(value) => {
            params.set('by', value);
            setParams(params, { replace: true });
          }}
        />
      </div>
      {by === 'all' ? (
        <SelectionCharts
          points={curves.data && (curves.data.lines.get('') ?? [])}
          now={now}
          window={window}
          group={service}
        />
      ) : (
        <SplitCharts
          curves={curves.data}
          lines={linesOf(by, rows, curves.data)}
          window={window}
          group={service}
          hovered={by === 'instance' ? hovered : null}
        />
      )}
    </>
  );
}

interface Line {
  key: string;
  name: string;
  colour: string;
}

// Instances have the colour they have in the table; methods are coloured in their order.
function linesOf(by: By, rows: InstanceRow[] | undefined, curves: Curves | undefined): Line[] {
  const keys = [...(curves?.lines.keys() ?? [])].sort();
  const known = new Map((by === 'instance' ? rows : [])?.map((row) => [row.path, row]));
  const lines = keys.map((key, index) => {
    const row = known.get(key);
    const name = row?.name ?? key.split('/').pop() ?? key;
    return { key, name, colour: row?.colour ?? seriesToken(index + known.size) };
  });
  return lines.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

const charts: { name: QuantityName; title: TextKey | string }[] = [
  { name: 'calls', title: 'common.calls' },
  { name: 'success', title: 'common.successRate' },
  { name: 'tp50', title: 'TP50' },
  { name: 'tp99', title: 'TP99' },
  { name: 'tp999', title: 'TP99.9' },
  { name: 'tp9999', title: 'TP99.99' },
];

interface SplitProps {
  curves: Curves | undefined;
  lines: Line[];
  window: number;
  group: string;
  hovered: string | null;
}

function SplitCharts({ curves, lines, window, group, hovered }: SplitProps): ReactElement {
  const text = useText();
  if (curves && lines.length === 0) {
    return <div className="panel none">{text('detail.curves.none')}</div>;
  }
  return (
    <div className="charts three">
      {charts.map(({ name, title }) => {
        const quantity: Quantity = quantities[name];
        const series =
          curves &&
          lines.map((line) =>
            seriesOf(curves.lines.get(line.key) ?? [], quantity, line.name, line.colour, {
              faded: hovered !== null && hovered !== line.key,
            }),
          );
        return (
          <ChartPanel
            key={name}
            title={title.startsWith('common.') ? text(title as TextKey) : title}
            series={series}
            now={curves?.now ?? 0}
            window={window}
            group={group}
            format={quantity.format}
            least={quantity.least}
            {...(name === 'success' ? successAxis(series) : {})}
          />
        );
      })}
    </div>
  );
}
