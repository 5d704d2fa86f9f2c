// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Segmented, Skeleton } from 'antd';
import { useMemo, type ReactElement } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useData, useFigures } from '../../api/figures';
import { useServices, useTable } from '../../api/queries';
import { EmptyHint, kRegisterCommand } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { useText, type TextKey } from '../../i18n/text';
import { useNarrow } from '../../lib/media';
import { kDay, kNoService, newestMinute } from '../../lib/question';
import type { Level } from '../../lib/success';
import { CallList } from './CallList';
import { CallGraph } from './CallGraph';
import { comparedOf, kComparedSeconds } from './compared';
import { EdgePanel, type Pair } from './EdgePanel';
import { callsOf, servicesOf, type Call } from './graph';

// More than this is no picture any more; the list still has them.
const kServices = 200;
const kCalls = 500;

export default function TopologyPage(): ReactElement {
  const text = useText();
  const narrow = useNarrow();
  const table = useTable({ groupBy: ['caller', 'callee'], limit: kCalls });
  const registered = useServices('', kServices, '');
  const calls = useMemo(() => table.data && callsOf(table.data.rows), [table.data]);
  const services = useMemo(
    () => calls && registered.data && servicesOf(calls, registered.data.services),
    [calls, registered.data],
  );
  const view = useView();
  const slower = useSlower(view.colour === 'tp99');
  const choose = ({ caller, callee }: Call): void => view.choose({ caller, callee });
  return (
    <>
      <PageHead title={text('page.topology')}>
        <Segmented<Colour>
          aria-label={text('topology.colour')}
          value={view.colour}
          options={colours.map((value) => ({
            value, label: text(`topology.colour.${value}` as TextKey),
          }))}
          onChange={view.setColour}
        />
      </PageHead>
      <Failure errors={[table.error, registered.error, slower.error]} />
      <Panel title={text('topology.title')} extra={<Legend colour={view.colour} />}>
        {!calls || !services ? (
          <Skeleton active paragraph={{ rows: 8 }} className="pad" />
        ) : services.length === 0 ? (
          <EmptyHint
            title={text('topology.empty')}
            text={text('topology.empty.text')}
            command={kRegisterCommand}
          />
        ) : (
          <CallGraph
            calls={calls}
            services={services}
            downward={narrow}
            levels={slower.levels}
            onChoose={choose}
          />
        )}
        <p className="graph-note">
          {text('topology.edge')}. {text('topology.drill')}
        </p>
      </Panel>
      {view.pair && <EdgePanel pair={view.pair} onClose={() => view.choose(null)} />}
      <Panel title={text('topology.list')}>
        <CallList calls={calls} onChoose={choose} />
      </Panel>
    </>
  );
}

const colours = ['success', 'tp99'] as const;
type Colour = (typeof colours)[number];

interface View {
  colour: Colour;
  pair: Pair | null;
  setColour: (colour: Colour) => void;
  choose: (pair: Pair | null) => void;
}

// Kept in the address: ?colour=tp99&caller=web/gateway&callee=music/catalog.
function useView(): View {
  const [params, setParams] = useSearchParams();
  const callee = params.get('callee') ?? '';
  return {
    colour: params.get('colour') === 'tp99' ? 'tp99' : 'success',
    pair: callee ? { caller: params.get('caller') ?? '', callee } : null,
    setColour: (colour) => {
      params.set('colour', colour);
      setParams(params, { replace: true });
    },
    choose: (pair) => {
      params.delete('caller');
      params.delete('callee');
      if (pair) params.set('caller', pair.caller);
      if (pair) params.set('callee', pair.callee);
      setParams(params);
    },
  };
}

// The level of each line by its TP99 against yesterday's; undefined if it is not asked for.
function useSlower(on: boolean): { levels: Map<string, Level> | undefined; error: unknown } {
  const data = useData();
  const to = newestMinute(data.data?.complete_until ?? 0);
  const figures = useFigures(
    on && to > 0
      ? {
          from: to - kComparedSeconds, to, step: 0, group_by: ['caller', 'callee'],
          where: [{ dimension: 'callee', value: kNoService, how: '!~' }],
          quantiles: [990_000], earlier: [kDay], limit: kCalls,
        }
      : undefined,
  );
  const levels = useMemo(() => {
    const compared = comparedOf(figures.data?.lines ?? []);
    return new Map([...compared].map(([id, { level }]) => [id, level]));
  }, [figures.data]);
  return { levels: on ? levels : undefined, error: figures.error };
}

const levels = ['good', 'warn', 'bad', 'idle'] as const;

function Legend({ colour }: { colour: Colour }): ReactElement {
  const text = useText();
  const prefix = colour === 'tp99' ? 'topology.slower' : 'topology.legend';
  return (
    <ul className="graph-legend" aria-label={text(prefix)}>
      {levels.map((level) => (
        <li key={level} data-level={level}>
          <i aria-hidden="true" />
          {text(`${prefix}.${level}` as TextKey)}
        </li>
      ))}
    </ul>
  );
}
