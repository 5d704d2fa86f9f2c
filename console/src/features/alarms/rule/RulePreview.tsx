// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { useFiguresEach } from '../../../api/figures';
import type {
  MetricsAlarmRule, MetricsFiguresReply, MetricsFiguresReplyLine, MetricsTryRuleReply,
} from '../../../api/generated';
import { ChartPanel } from '../../../components/ChartPanel';
import { successAxis } from '../../../components/curves';
import { Failure } from '../../../components/Failure';
import type { ChartSeries } from '../../../components/TimeChart';
import { useText, type Text } from '../../../i18n/text';
import type { Bounds } from '../../../lib/question';
import { formatAge } from '../../../lib/time';
import { seriesToken } from '../../../lib/tokens';
import { figureName, ruleText, valueText } from '../words';
import type { Judged } from './judged';
import {
  curveOfRule, firingsOf, kLines, pastSeconds, questions, thresholds,
} from './preview';
import { Trial } from './Trial';

interface Props {
  rule: MetricsAlarmRule;
  bounds: Bounds;
}

// What the rule looks at, as it was: the figure, its threshold, and when it would have fired.
export function RulePreview({ judged }: { judged: Judged | undefined }): ReactElement {
  const text = useText();
  if (!judged) return <p className="panel pad none">{text('rule.preview.service')}</p>;
  const { rule, bounds, reply } = judged;
  if (!bounds) return <p className="panel pad none">{text('rule.preview.unready')}</p>;
  return (
    <>
      <Chart rule={rule} bounds={bounds} reply={reply} />
      <Trial judged={judged} />
    </>
  );
}

interface ChartProps extends Props {
  reply: MetricsTryRuleReply | undefined;
}

function Chart({ rule, bounds, reply }: ChartProps): ReactElement {
  const text = useText();
  const [now, past] = useFiguresEach(questions(rule, bounds));
  const done = (one: typeof now): boolean => Boolean(one?.data ?? one?.error);
  const known = done(now) && (pastSeconds(rule) === 0 || done(past));
  const series = known ? seriesOf(rule, bounds, now?.data, past?.data, text) : undefined;
  const alone = now?.data?.lines.length === 1;
  const rate = rule.figure.kind === 'KIND_SUCCESS_RATE';
  const success = rate && rule.condition.kind !== 'KIND_NO_DATA';
  return (
    <ChartPanel
      title={text('rule.preview', { age: formatAge((bounds.to - bounds.from) * 1000) })}
      series={series}
      now={bounds.to}
      window={bounds.to - bounds.from}
      areas={reply && firingsOf(reply)}
      format={(value) => (value === 0 && !success ? '0' : valueText(rule.figure, value))}
      note={
        <>
          <p className="rule-sentence">{ruleText(rule, text)}</p>
          <Failure errors={[now?.error, past?.error]} />
          {known && !alone && (
            <p className="none">
              {series?.length === 0
                ? text('chart.empty')
                : text('rule.preview.groups', { count: now?.data?.lines.length ?? kLines })}
            </p>
          )}
        </>
      }
      {...(success ? successAxis(series) : {})}
    />
  );
}

function seriesOf(
  rule: MetricsAlarmRule,
  bounds: Bounds,
  now: MetricsFiguresReply | undefined,
  past: MetricsFiguresReply | undefined,
  text: Text,
): ChartSeries[] {
  const lines = now?.lines ?? [];
  const [first] = lines;
  const drawn = lines.map((line, at): ChartSeries => ({
    name: lines.length === 1 ? figureName(rule.figure, text) : line.key.join(' '),
    colour: seriesToken(at),
    curve: curveOfRule(rule, line.points),
  }));
  if (!first) return [];
  const before = sameLine(past, first);
  // A threshold that moves is one for each line: of many nobody could tell whose it is.
  const own = lines.length === 1 || pastSeconds(rule) === 0;
  const lasts = own ? thresholds(rule, bounds, before) : [];
  const bound = text('alarms.curve.bound');
  return [
    ...drawn,
    ...(before && lines.length === 1
      ? [{
          name: text('rule.preview.past'), colour: 'ink-3', thin: true,
          curve: curveOfRule(rule, before.points, pastSeconds(rule)),
        }]
      : []),
    ...lasts.map((curve, at) => ({
      name: at === 0 ? bound : `${bound} `, colour: 'bad', thin: true, curve,
    })),
  ];
}

function sameLine(
  reply: MetricsFiguresReply | undefined,
  { key }: MetricsFiguresReplyLine,
): MetricsFiguresReplyLine | undefined {
  return reply?.lines.find((line) => line.key.join('\n') === key.join('\n'));
}
