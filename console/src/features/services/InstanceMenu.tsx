// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { MoreOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, type MenuProps } from 'antd';
import { useState, type ReactElement } from 'react';
import { useText, type TextKey } from '../../i18n/text';
import { ActionDialog } from './ActionDialog';
import { actionsOf, type ActionName, type InstanceRow } from './instances';

interface Props {
  row: InstanceRow;
  last: boolean; // the last working instance of its service
}

// What an operator can do with an instance; each is asked back before it is done.
export function InstanceMenu({ row, last }: Props): ReactElement | null {
  const text = useText();
  const { message } = App.useApp();
  const [action, setAction] = useState<ActionName | null>(null);
  const { instance } = row;
  if (!instance) return null;
  const items: MenuProps['items'] = [
    ...actionsOf(instance.operator_state).map((name) => ({
      key: name,
      label: text(`action.${name}` as TextKey),
      danger: name === 'disable' || name === 'isolate',
    })),
    { type: 'divider' },
    { key: 'copy', label: text('action.copy') },
  ];
  const choose: MenuProps['onClick'] = ({ key }) => {
    if (key !== 'copy') setAction(key as ActionName);
    else void navigator.clipboard?.writeText(row.address).then(() => copied());
  };
  const copied = (): void => void message.success(text('common.copied'));
  return (
    <>
      <Dropdown menu={{ items, onClick: choose }} trigger={['click']} placement="bottomRight">
        <Button
          type="text"
          size="small"
          icon={<MoreOutlined />}
          aria-label={text('action.menu', { name: row.name })}
        />
      </Dropdown>
      {action && (
        <ActionDialog
          key={action}
          action={action}
          name={row.name}
          instance={instance}
          last={last}
          onClose={() => setAction(null)}
        />
      )}
    </>
  );
}
