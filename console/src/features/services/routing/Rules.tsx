// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import type { ReactElement } from 'react';
import type {
  RoutingRule, RoutingServiceTable, RoutingStoredSettings,
} from '../../../api/generated';
import { Mark } from '../../../components/Mark';
import { useText } from '../../../i18n/text';
import { labelsText, matchText } from './draft';
import { ruleLines, type RuleLine } from './view';

interface Props {
  tables: RoutingServiceTable[] | undefined;
  stored: RoutingStoredSettings | undefined;
}

// Rules in the order in which a call is put to them; the first that has a place for it wins.
export function Rules({ tables, stored }: Props): ReactElement {
  const text = useText();
  if (!tables) return <Skeleton active title={false} className="pad" />;
  const lines = ruleLines(tables, stored?.settings.rules ?? []);
  if (lines.length === 0) return <div className="none">{text('route.rules.none')}</div>;
  return (
    <ol className="rules">
      {lines.map((line) => (
        <Line key={line.name} line={line} of={tables.length} />
      ))}
      <li data-off={false}>
        <div className="rule-head">
          <b>{text('route.rules.rest')}</b>
        </div>
        <p>{text('route.rules.rest.text')}</p>
      </li>
    </ol>
  );
}

function Line({ line, of }: { line: RuleLine; of: number }): ReactElement {
  const text = useText();
  const { name, rule, inForce } = line;
  const off = rule?.disabled ?? false;
  return (
    <li data-off={off}>
      <div className="rule-head">
        <b>{name}</b>
        <div className="marks">
          {off ? (
            <Mark level="idle">{text('route.rule.off')}</Mark>
          ) : (
            <Mark level={inForce > 0 ? 'good' : 'idle'}>
              {text('route.rule.inForce', { k: inForce, n: of })}
            </Mark>
          )}
          {rule?.strict && <Mark level="warn">{text('route.rule.strict')}</Mark>}
        </div>
      </div>
      {rule ? <Words rule={rule} /> : <p>{text('route.rule.byLabels')}</p>}
    </li>
  );
}

function Words({ rule }: { rule: RoutingRule }): ReactElement {
  const text = useText();
  const conditions = rule.matches.map((match) => matchText(match, text));
  const total = rule.to.reduce((sum, one) => sum + (one.weight || 1), 0);
  const percent = rule.percent > 0 && rule.percent < 100 ? rule.percent : 0;
  return (
    <p>
      {conditions.join(` ${text('route.rule.and')} `) || text('route.rule.every')}
      {percent > 0 && ` (${text('route.rule.percent', { percent })})`}
      <i aria-hidden="true"> → </i>
      {rule.to.map((to, i) => (
        <span key={labelsText(to.labels)} className="chip">
          {labelsText(to.labels) || text('route.rule.any')}
          {rule.to.length > 1 && ` ${Math.round((100 * (to.weight || 1)) / total)}%`}
          {i < rule.to.length - 1 && <span className="sr">, </span>}
        </span>
      ))}
    </p>
  );
}
