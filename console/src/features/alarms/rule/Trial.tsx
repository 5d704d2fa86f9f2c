// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { sentence } from '../../../api/sentences';
import type { MetricsTryRuleReply, MetricsTryRuleReplyGroup } from '../../../api/generated';
import { Panel } from '../../../components/Panel';
import { useText, type Text } from '../../../i18n/text';
import { formatClock } from '../../../lib/time';
import { formatCount } from '../../../lib/units';
import { valueText } from '../words';
import type { Judged } from './judged';
import { firingsOf } from './preview';

const kGroups = 8; // shown of many, those that fired first
const kTimes = 6; // of one group

// When the rule would have fired, as the server judges it.
export function Trial({ judged }: { judged: Judged }): ReactElement {
  const { rule, reply, error } = judged;
  const text = useText();
  const fired = reply ? firingsOf(reply).length : 0;
  return (
    <Panel>
      <div className="pad rule-trial">
        <p role="status" data-level={fired > 0 ? 'bad' : undefined}>
          {error ? whyNot(judged, text) : verdict(reply, text)}
        </p>
        {reply && reply.windows_unknown > 0 && (
          <p className="note">
            {text('rule.trial.unknown', {
              count: reply.windows_unknown, of: reply.windows, problem: reply.problem,
            })}
          </p>
        )}
        <ul>
          {reply?.groups.slice(0, kGroups).map((group) => (
            <li key={group.key.join(' ')}>
              <b>{group.key.join(' ')}</b>
              <span>{timesOf(group)}</span>
              <small>
                {text('rule.trial.breached', {
                  count: formatCount(group.windows_breached),
                  of: formatCount(group.windows_judged),
                  last: valueText(rule.figure, group.last_value),
                })}
              </small>
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}

// What is wrong with a field stands at the field.
function whyNot({ error, refusal }: Judged, text: Text): string {
  const atFields = Object.keys(refusal.fields).length > 0 && refusal.rest.length === 0;
  if (atFields) return text('rule.trial.fields');
  return text('rule.trial.refused', { problem: sentence(error, text) });
}

function verdict(reply: MetricsTryRuleReply | undefined, text: Text): string {
  if (!reply) return text('rule.trial.asks');
  if (reply.groups.length === 0) return text('rule.trial.none');
  const count = firingsOf(reply).length;
  if (count === 0) return text('rule.trial.never');
  return count === 1 ? text('rule.trial.once') : text('rule.trial.fired', { count });
}

function timesOf({ firings }: MetricsTryRuleReplyGroup): string {
  const times = firings
    .slice(-kTimes)
    .map(({ since, resolved_at: end }) =>
      `${formatClock(since)} – ${end > 0 ? formatClock(end) : ''}`);
  return [...(firings.length > kTimes ? ['…'] : []), ...times].join(', ');
}
