// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert } from 'antd';
import { useMemo, useState, type ReactElement } from 'react';
import { useParams } from 'react-router-dom';
import { useInstances, useRoutes, useTable } from '../../api/queries';
import { EmptyHint, kRegisterCommand } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { Panel } from '../../components/Panel';
import { useWindow, WindowPicker } from '../../components/WindowPicker';
import { useText } from '../../i18n/text';
import { CallTable } from './CallTable';
import { InstanceTable } from './InstanceTable';
import { joinInstances } from './instances';
import { ServiceCurves } from './ServiceCurves';
import { ServiceFigures } from './ServiceFigures';
import { ServiceHead } from './ServiceHead';

export default function ServicePage(): ReactElement {
  const { line = '', service: name = '' } = useParams();
  const service = `${line}/${name}`;
  return <ServiceDetail key={service} service={service} />;
}

function ServiceDetail({ service }: { service: string }): ReactElement {
  const text = useText();
  const window = useWindow();
  const [hovered, setHovered] = useState<string | null>(null);
  const instances = useInstances(service);
  const routes = useRoutes(service);
  const calls = useTable({ filter: { callee: service }, groupBy: ['instance'], limit: 1000 });
  const rows = useMemo(
    () =>
      instances.data &&
      joinInstances(
        instances.data.instances,
        routes.data?.tables ?? [],
        calls.data?.rows ?? [],
      ),
    [instances.data, routes.data, calls.data],
  );
  const unknown = rows?.length === 0 && (calls.data?.rows.length ?? 0) === 0;
  return (
    <>
      <ServiceHead service={service}>
        <WindowPicker />
      </ServiceHead>
      <Failure errors={[instances.error, routes.error, calls.error]} />
      {routes.data?.tables
        .filter((table) => table.protection !== '')
        .map((table) => (
          <Alert
            key={table.host}
            className="banner"
            type="info"
            showIcon
            title={`${text('detail.protection')} · ${table.host}`}
            description={table.protection}
          />
        ))}
      {unknown ? (
        <Panel>
          <EmptyHint
            title={text('detail.notfound', { service })}
            text={text('detail.notfound.hint')}
            command={kRegisterCommand.replace('music/catalog', service)}
          />
        </Panel>
      ) : (
        <>
          <ServiceFigures service={service} rows={rows} tables={routes.data?.tables} />
          <Panel title={text('common.instances')}>
            <InstanceTable rows={rows} onHover={setHovered} />
          </Panel>
          <ServiceCurves service={service} rows={rows} window={window} hovered={hovered} />
          <CallTables service={service} />
        </>
      )}
    </>
  );
}

function CallTables({ service }: { service: string }): ReactElement {
  const text = useText();
  const callers = useTable({ filter: { callee: service }, groupBy: ['caller'] });
  const callees = useTable({ filter: { caller: service }, groupBy: ['callee'] });
  const methods = useTable({ filter: { callee: service }, groupBy: ['method'] });
  return (
    <div className="columns calls">
      <Panel title={text('detail.callers')}>
        <CallTable
          rows={callers.data?.rows}
          label={text('detail.callers')}
          title={text('topology.caller')}
          empty={text('detail.callers.none')}
          linked
        />
      </Panel>
      <Panel title={text('detail.callees')}>
        <CallTable
          rows={callees.data?.rows}
          label={text('detail.callees')}
          title={text('topology.callee')}
          empty={text('detail.callees.none')}
          linked
        />
      </Panel>
      <Panel title={text('detail.methods')}>
        <CallTable
          rows={methods.data?.rows}
          label={text('detail.methods')}
          title={text('common.method')}
          empty={text('detail.methods.none')}
        />
      </Panel>
    </div>
  );
}
