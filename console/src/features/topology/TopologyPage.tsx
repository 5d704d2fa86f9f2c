// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import { useMemo, type ReactElement } from 'react';
import { useServices, useTable } from '../../api/queries';
import { EmptyHint, kRegisterCommand } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { useText, type TextKey } from '../../i18n/text';
import { useNarrow } from '../../lib/media';
import { CallList } from './CallList';
import { CallGraph } from './CallGraph';
import { callsOf, servicesOf } from './graph';

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
  return (
    <>
      <PageHead title={text('page.topology')} />
      <Failure errors={[table.error, registered.error]} />
      <Panel title={text('topology.title')} extra={<Legend />}>
        {!calls || !services ? (
          <Skeleton active paragraph={{ rows: 8 }} className="pad" />
        ) : services.length === 0 ? (
          <EmptyHint
            title={text('topology.empty')}
            text={text('topology.empty.text')}
            command={kRegisterCommand}
          />
        ) : (
          <CallGraph calls={calls} services={services} downward={narrow} />
        )}
        <p className="graph-note">{text('topology.edge')}</p>
      </Panel>
      <Panel title={text('topology.list')}>
        <CallList calls={calls} />
      </Panel>
    </>
  );
}

const levels = ['good', 'warn', 'bad', 'idle'] as const;

function Legend(): ReactElement {
  const text = useText();
  return (
    <ul className="graph-legend" aria-label={text('topology.legend')}>
      {levels.map((level) => (
        <li key={level} data-level={level}>
          <i aria-hidden="true" />
          {text(`topology.legend.${level}` as TextKey)}
        </li>
      ))}
    </ul>
  );
}
