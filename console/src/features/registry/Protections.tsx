// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Button } from 'antd';
import { useState, type ReactElement } from 'react';
import { DataList, type Column } from '../../components/DataList';
import { Mark } from '../../components/Mark';
import { useText, type TextKey } from '../../i18n/text';
import { formatAge } from '../../lib/time';
import { OverrideDialog, type Word } from './OverrideDialog';
import { heldRows, type HeldRow, type ProtectionName } from './protectionRows';
import type { MemberView } from './views';

const names: ProtectionName[] = ['freeze', 'threshold', 'push_pause'];

// What is held back now and why, what operators said, and saying it.
export function Protections({ views }: { views: MemberView[] }): ReactElement {
  const text = useText();
  const [asked, setAsked] = useState<{ name: ProtectionName; word: Word } | null>(null);
  const members = views.map((one) => one.name);
  return (
    <>
      <DataList
        label={text('cluster.protections')}
        rows={views.length === 0 ? undefined : heldRows(views)}
        rowKey={(row) => row.key}
        columns={useColumns()}
        empty={text('protect.none')}
      />
      <ul className="protections">
        {names.map((name) => (
          <li key={name}>
            <div>
              <b>{text(`protect.${name}` as TextKey)}</b>
              <p>{text(`protect.${name}.text` as TextKey)}</p>
            </div>
            <div className="protection-words">
              {(['on', 'off', 'clear'] as const).map((word) => (
                <Button
                  key={word}
                  size="small"
                  disabled={views.length === 0}
                  aria-label={`${text(`protect.${name}` as TextKey)}: ${text(`protect.${word}`)}`}
                  onClick={() => setAsked({ name, word })}
                >
                  {text(`protect.${word}`)}
                </Button>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {asked && <OverrideDialog {...asked} members={members} onClose={() => setAsked(null)} />}
    </>
  );
}

function useColumns(): Column<HeldRow>[] {
  const text = useText();
  return [
    {
      key: 'name',
      title: text('protect.protection'),
      narrow: 'head',
      render: (row) => (
        <>
          <b>{text(`protect.${row.name}` as TextKey)}</b> {row.subject}
        </>
      ),
    },
    {
      key: 'state',
      title: text('common.state'),
      narrow: 'corner',
      render: (row) => (
        <Mark level={row.word === '' ? 'warn' : 'idle'}>
          {row.word === ''
            ? text('protect.holds')
            : text(`protect.said.${row.word}` as TextKey, { percent: row.percent })}
        </Mark>
      ),
    },
    { key: 'nodes', title: text('cluster.node'), render: (row) => row.nodes.join(', ') },
    { key: 'why', title: text('protect.why'), render: (row) => row.why },
    {
      key: 'since',
      title: text('cluster.since'),
      align: 'right',
      render: (row) => formatAge(row.sinceMs),
    },
    {
      key: 'left',
      title: text('protect.left'),
      align: 'right',
      render: (row) => (row.word === '' ? text('protect.byItself') : formatAge(row.leftMs)),
    },
  ];
}
