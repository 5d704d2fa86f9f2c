// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useDeferredValue, useState, type ReactElement } from 'react';
import { useAlarms } from '../../api/alarms';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { Subpages } from '../../components/Subpages';
import { useText } from '../../i18n/text';
import { AlarmTable } from './AlarmTable';
import { subpages } from './subpages';

// What fired and is over.
export default function HistoryPage(): ReactElement {
  const text = useText();
  const [typed, setTyped] = useState('');
  const service = useDeferredValue(typed.trim());
  const { data, error } = useAlarms({ service, resolved: true });
  const over = data?.alarms.filter((one) => one.state === 'STATE_RESOLVED');
  return (
    <>
      <PageHead title={text('alarms.history')}>
        <Subpages pages={subpages} />
      </PageHead>
      <Failure errors={[error]} />
      <Panel
        title={text('alarms.history.title')}
        extra={
          <Input
            allowClear
            className="search"
            prefix={<SearchOutlined />}
            aria-label={text('alarms.search')}
            placeholder={text('alarms.search.hint')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        }
      >
        <AlarmTable
          label={text('alarms.history')}
          alarms={error && !data ? [] : over}
          empty={<EmptyHint title={text('alarms.history.none')} />}
        />
      </Panel>
    </>
  );
}
