// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import type { ReactElement } from 'react';
import { Mark } from '../../components/Mark';
import { useText, type TextKey } from '../../i18n/text';
import { formatAge } from '../../lib/time';
import {
  disagreements, islandName, livenessLevel, memberOf, type Disagreement, type MemberView,
} from './views';

// How each member sees each other: one line per member that was asked.
export function Matrix({ views }: { views: MemberView[] }): ReactElement {
  const text = useText();
  if (views.length === 0) return <Skeleton active title={false} className="pad" />;
  return (
    <>
      <div className="matrix-scroll" tabIndex={0} role="region" aria-label={text('cluster.matrix')}>
        <table className="matrix" aria-label={text('cluster.matrix')}>
          <thead>
            <tr>
              <th scope="col">{text('cluster.seenBy')}</th>
              {views.map(({ name }) => <th scope="col" key={name}>{name}</th>)}
              <th scope="col">{text('cluster.leader')}</th>
              <th scope="col" className="number">{text('cluster.termHead')}</th>
              <th scope="col">{text('cluster.islandHead')}</th>
            </tr>
          </thead>
          <tbody>
            {views.map((one) => <Line key={one.name} seen={one} views={views} />)}
          </tbody>
        </table>
      </div>
      <Verdict views={views} />
    </>
  );
}

function Line({ seen, views }: { seen: MemberView; views: MemberView[] }): ReactElement {
  const text = useText();
  const { name, site, view, problem } = seen;
  return (
    <tr data-row-key={name}>
      <th scope="row">
        {name} <small>{site}</small>
      </th>
      {view ? (
        views.map((other) => <Sight key={other.name} by={seen} of={other.name} />)
      ) : (
        <td colSpan={views.length}>
          {problem === '' ? '…' : <Mark level="bad" title={problem}>{text('cluster.silent')}</Mark>}
        </td>
      )}
      <td>{view ? view.leader.name || text('cluster.nobody') : '–'}</td>
      <td className="number">{view ? view.term : '–'}</td>
      <td>
        <code>{view ? islandName(view.island) : '–'}</code>
      </td>
    </tr>
  );
}

function Sight({ by, of }: { by: MemberView; of: string }): ReactElement {
  const text = useText();
  const member = memberOf(by.view, of);
  if (!member) return <td>–</td>;
  const age = text('detail.since', { age: formatAge(member.since_ms) });
  return (
    <td>
      <Mark level={livenessLevel[member.liveness] ?? 'idle'} title={age}>
        {text(`liveness.${member.liveness}` as TextKey)}
      </Mark>
    </td>
  );
}

function Verdict({ views }: { views: MemberView[] }): ReactElement {
  const text = useText();
  const found = disagreements(views);
  if (found.length === 0) return <p className="matrix-note">{text('cluster.agree')}</p>;
  return (
    <ul className="matrix-note" data-level="warn">
      {found.map((one) => <li key={`${one.about} ${one.subject}`}><Sentence one={one} /></li>)}
    </ul>
  );
}

function Sentence({ one }: { one: Disagreement }): ReactElement {
  const text = useText();
  const word = (what: string): string => {
    if (what === 'nobody') return text('cluster.nobody');
    if (what === 'unknown') return text('liveness.LIVENESS_UNSPECIFIED');
    return one.about === 'member' ? text(`liveness.${what}` as TextKey) : what;
  };
  const said = one.said
    .map(({ what, by }) => text('cluster.saidBy', { what: word(what), by: by.join(', ') }))
    .join('; ');
  return <>{text(`cluster.differ.${one.about}` as TextKey, { subject: one.subject, said })}</>;
}
