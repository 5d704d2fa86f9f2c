// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Button } from 'antd';
import { useState, type ReactElement } from 'react';
import { useAlarms } from '../../api/alarms';
import type { MetricsAlarmSilence } from '../../api/generated';
import { DataList, type Column } from '../../components/DataList';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { Subpages } from '../../components/Subpages';
import { useText } from '../../i18n/text';
import { formatAge, formatDay } from '../../lib/time';
import { EndSilenceDialog } from './EndSilenceDialog';
import { SilenceDialog } from './SilenceDialog';
import { subpages } from './subpages';
import { matcherText } from './words';

// Who keeps which alarms from being told, until when and why.
export default function SilencesPage(): ReactElement {
  const text = useText();
  const { data, error } = useAlarms({ limit: 1 });
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<MetricsAlarmSilence | null>(null);
  return (
    <>
      <PageHead title={text('alarms.silences')}>
        <Subpages pages={subpages} />
      </PageHead>
      <Failure errors={[error]} />
      <Panel
        title={text('alarms.silences')}
        extra={
          <Button type="primary" onClick={() => setMaking(true)}>
            {text('alarms.silence.new')}
          </Button>
        }
      >
        <SilenceTable silences={error && !data ? [] : data?.silences} onEnd={setEnding} />
      </Panel>
      {making && <SilenceDialog matchers={[]} onClose={() => setMaking(false)} />}
      {ending && <EndSilenceDialog silence={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

interface TableProps {
  silences: MetricsAlarmSilence[] | undefined;
  onEnd: (silence: MetricsAlarmSilence) => void;
}

function SilenceTable({ silences, onEnd }: TableProps): ReactElement {
  const text = useText();
  const columns: Column<MetricsAlarmSilence>[] = [
    {
      key: 'matches',
      title: text('alarms.silence.matches'),
      narrow: 'head',
      render: ({ matchers }) => (
        <span className="marks">
          {matchers.map((one) => (
            <span key={matcherText(one)} className="chip">
              {matcherText(one)}
            </span>
          ))}
        </span>
      ),
    },
    {
      key: 'ends',
      title: text('alarms.silence.ends'),
      render: ({ from, to }) => (
        <>
          {formatDay(to * 1000)}
          <span className="changed">
            {from * 1000 > Date.now()
              ? text('alarms.silence.begins', { at: formatDay(from * 1000) })
              : formatAge(to * 1000 - Date.now())}
          </span>
        </>
      ),
    },
    { key: 'by', title: text('alarms.silence.by'), render: ({ by }) => by },
    { key: 'comment', title: text('alarms.silence.comment'), render: (row) => row.comment },
    {
      key: 'end',
      title: '',
      narrow: 'corner',
      // Those of the settings have no id of ours, and are changed there.
      render: (row) =>
        row.id ? (
          <Button size="small" onClick={() => onEnd(row)}>
            {text('alarms.silence.end')}
          </Button>
        ) : (
          text('alarms.silence.from.settings')
        ),
    },
  ];
  return (
    <DataList
      label={text('alarms.silences')}
      rows={silences}
      rowKey={(row) => row.id || row.matchers.map(matcherText).join()}
      columns={columns}
      empty={<EmptyHint title={text('alarms.silence.none')} />}
    />
  );
}
