// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useState, type ReactElement } from 'react';
import { useChildren } from '../../api/registry';
import { EmptyHint, kRegisterCommand } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { Subpages } from '../../components/Subpages';
import { useText } from '../../i18n/text';
import { Directory } from './TreeRows';
import { subpages } from './subpages';

export default function TreePage(): ReactElement {
  const text = useText();
  const root = useChildren('/');
  // What the reader opened or closed, by path; it outlives rows that come and go.
  const [touched, setTouched] = useState<ReadonlyMap<string, boolean>>(new Map());
  const toggle = (path: string, open: boolean): void =>
    setTouched((before) => new Map(before).set(path, open));
  return (
    <>
      <PageHead title={text('page.tree')}>
        <Subpages pages={subpages} />
      </PageHead>
      <Failure errors={[root.error]} />
      <Panel title={text('tree.title')}>
        {root.data?.children.length === 0 ? (
          <EmptyHint
            title={text('overview.empty.title')}
            text={text('overview.empty.text')}
            command={kRegisterCommand}
          />
        ) : (
          <Directory path="/" touched={touched} toggle={toggle} />
        )}
        <p className="graph-note">{text('tree.note')}</p>
      </Panel>
    </>
  );
}
