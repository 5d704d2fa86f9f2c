// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { MoreOutlined } from '@ant-design/icons';
import { Button, Dropdown, type MenuProps } from 'antd';
import { useState, type ReactElement } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import type { MetricsAlarmRuleView } from '../../../api/generated';
import { useText } from '../../../i18n/text';
import { editRuleUrl } from '../../../lib/paths';
import { SilenceDialog } from '../SilenceDialog';
import { RuleDialog, type RuleWord } from './RuleDialog';
import { idOf } from './settings';

// What can be done with a rule. Those that every service has stay what they are.
export function RuleMenu({ view }: { view: MetricsAlarmRuleView }): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<RuleWord | 'silence' | null>(null);
  const { rule, from_template: template } = view;
  const id = idOf(rule);
  const close = (): void => setAsked(null);
  const copy = { key: 'copy', label: text(template ? 'rule.own' : 'rule.duplicate') };
  const silence = { key: 'silence', label: text('rule.silence') };
  const turn = rule.disabled ? 'enable' : 'disable';
  const items: MenuProps['items'] = template
    ? [copy, silence]
    : [
        copy, silence, { type: 'divider' }, { key: turn, label: text(`rule.${turn}`) },
        { key: 'delete', label: text('rule.delete'), danger: true },
      ];
  const choose: MenuProps['onClick'] = ({ key }) => {
    if (key === 'copy') navigate(editRuleUrl({ copy: id }));
    else setAsked(key as RuleWord | 'silence');
  };
  const matchers = [`alertname=${rule.name}`, `service=${rule.service}`];
  return (
    <span className="rule-menu">
      {!template && <Link to={editRuleUrl({ rule: id })}>{text('rule.edit.short')}</Link>}
      <Dropdown menu={{ items, onClick: choose }} trigger={['click']} placement="bottomRight">
        <Button type="text" size="small" icon={<MoreOutlined />}
          aria-label={text('rule.menu', { name: rule.name })} />
      </Dropdown>
      {asked === 'silence' && <SilenceDialog matchers={matchers} onClose={close} />}
      {asked !== null && asked !== 'silence' && (
        <RuleDialog word={asked} rule={rule} onClose={close} />
      )}
    </span>
  );
}
