// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert } from 'antd';
import { useMemo, type ReactElement } from 'react';
import { useParams } from 'react-router-dom';
import { useInstances, useRoutes } from '../../../api/queries';
import { useSettings } from '../../../api/routing';
import type {
  RoutingServiceTable, RoutingShowReply, RoutingStoredSettings,
} from '../../../api/generated';
import { EmptyHint, kRegisterCommand } from '../../../components/EmptyHint';
import { Failure } from '../../../components/Failure';
import { Panel } from '../../../components/Panel';
import { useText } from '../../../i18n/text';
import { joinInstances, type InstanceRow } from '../instances';
import { ServiceHead } from '../ServiceHead';
import { Explain } from './Explain';
import { HostPicker, useHost } from './HostPicker';
import { Levels } from './Levels';
import { MethodShields } from './MethodShields';
import { Moves } from './Moves';
import { Refusals } from './Refusals';
import { RouteTable } from './RouteTable';
import { RoutingFigures } from './RoutingFigures';
import { Rules } from './Rules';
import { SettingsPanel } from './SettingsPanel';
import { isSet, tablesOf } from './view';
import { WeightBars } from './WeightBars';

export default function RoutingPage(): ReactElement {
  const { line = '', service: name = '' } = useParams();
  const service = `${line}/${name}`;
  return <RoutingDetail key={service} service={service} />;
}

function RoutingDetail({ service }: { service: string }): ReactElement {
  const text = useText();
  const [host, setHost] = useHost();
  const instances = useInstances(service);
  const routes = useRoutes(service);
  const settings = useSettings(service);
  const all = routes.data?.tables;
  const tables = useMemo(() => all && tablesOf(all, host), [all, host]);
  const rows = useMemo(
    () => instances.data && tables && joinInstances(instances.data.instances, tables, []),
    [instances.data, tables],
  );
  const unknown = rows?.length === 0 && all?.length === 0;
  return (
    <>
      <ServiceHead service={service}>
        <HostPicker tables={all ?? []} host={host} onChoose={setHost} />
      </ServiceHead>
      <Failure errors={[instances.error, routes.error, settings.error]} />
      {routes.data && <Unheard shown={routes.data} />}
      {unknown && !isSet(settings.data) ? (
        <Panel>
          <EmptyHint
            title={text('detail.notfound', { service })}
            text={text('detail.notfound.hint')}
            command={kRegisterCommand.replace('music/catalog', service)}
          />
        </Panel>
      ) : (
        <>
          <RoutingFigures rows={rows} tables={tables} stored={settings.data} />
          <Panels
            service={service}
            rows={rows}
            tables={tables}
            stored={settings.data}
            host={host}
            onChoose={setHost}
          />
        </>
      )}
    </>
  );
}

// Servers of the cluster that kept silent: what was reported to them is not on this page.
function Unheard({ shown }: { shown: RoutingShowReply }): ReactElement | null {
  const text = useText();
  const { servers, unheard_servers: unheard } = shown;
  if (unheard.length === 0) return null;
  const said = { count: unheard.length, all: servers, names: unheard.join(', ') };
  return <Alert className="banner" type="warning" showIcon title={text('route.unheard', said)} />;
}

interface PanelsProps {
  service: string;
  rows: InstanceRow[] | undefined;
  tables: RoutingServiceTable[] | undefined;
  stored: RoutingStoredSettings | undefined;
  host: string;
  onChoose: (host: string) => void;
}

function Panels({ service, rows, tables, stored, host, onChoose }: PanelsProps): ReactElement {
  const text = useText();
  return (
    <>
      <div className="columns">
        <Panel title={text('route.levels')}>
          <Levels tables={tables} />
        </Panel>
        <Panel title={text('route.weights')}>
          <WeightBars rows={rows} tables={tables} onChoose={onChoose} />
        </Panel>
      </div>
      <Panel title={text('common.instances')}>
        <RouteTable rows={rows} tables={tables} />
      </Panel>
      <div className="columns">
        <Panel title={text('route.rules')}>
          <Rules tables={tables} stored={stored} />
        </Panel>
        <Moves service={service} tables={tables} stored={stored} />
        <Panel title={text('route.refusals')}>
          <Refusals tables={tables} />
        </Panel>
        <Panel title={text('route.methods')}>
          <MethodShields tables={tables} />
        </Panel>
      </div>
      <Panel title={text('route.explain')}>
        <Explain key={host} service={service} host={host} />
      </Panel>
      <SettingsPanel service={service} tables={tables} stored={stored} />
    </>
  );
}
