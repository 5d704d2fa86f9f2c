// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, App, Button, Segmented } from 'antd';
import { useState, type ReactElement } from 'react';
import type { RoutingRouteSettings, RoutingStoredSettings } from '../../../api/generated';
import { usePutSettings } from '../../../api/routing';
import { sentence } from '../../../api/sentences';
import { WhoAndWhy } from '../../../components/Field';
import { useText } from '../../../i18n/text';
import { formatDay } from '../../../lib/time';
import { fromJson, sparse, toJson, type Parsed } from './draft';
import { JsonForm } from './JsonForm';
import { PolicyForm } from './PolicyForm';
import { ProtectionForm } from './ProtectionForm';
import { RulesForm } from './RulesForm';

const parts = ['policy', 'rules', 'protection', 'json'] as const;
type Part = (typeof parts)[number];

interface Props {
  service: string;
  base: RoutingStoredSettings; // what the change is made from
  newest: RoutingStoredSettings;
  onReload: () => void;
  onClose: () => void;
}

// A draft of the settings, as forms or as JSON, that is checked and stored as a whole.
export function SettingsEditor({ service, base, newest, onReload, onClose }: Props): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const [why, setWhy] = useState('');
  const put = usePutSettings(service);
  const draft = useDraft(base.settings, put.reset);
  const { settings, problem } = draft.parsed;
  const send = (checkOnly: boolean): void => {
    if (!settings) return;
    const request = {
      settings: sparse(settings), expectedVersion: base.version, whoAndWhy: why.trim(), checkOnly,
    };
    put.mutate(request, {
      onSuccess: () => {
        if (checkOnly) return;
        void message.success(text('route.saved'));
        onClose();
      },
    });
  };
  return (
    <div className="settings pad">
      <Segmented
        aria-label={text('route.settings')}
        value={draft.part}
        disabled={problem !== ''}
        options={parts.map((value) => ({ value, label: text(`route.edit.${value}`) }))}
        onChange={draft.show}
      />
      <Forms draft={draft} />
      <WhoAndWhy value={why} onChange={setWhy} />
      {newest.version !== base.version && <Overtaken newest={newest} onReload={onReload} />}
      <Verdict put={put} />
      <div className="buttons">
        <Button onClick={onClose}>{text('common.cancel')}</Button>
        <Button
          disabled={problem !== ''}
          loading={put.isPending && put.variables.checkOnly}
          onClick={() => send(true)}
        >
          {text('route.edit.check')}
        </Button>
        <Button
          type="primary"
          disabled={problem !== '' || why.trim() === ''}
          loading={put.isPending && !put.variables.checkOnly}
          onClick={() => send(false)}
        >
          {text('route.edit.save')}
        </Button>
      </div>
    </div>
  );
}

interface Draft {
  part: Part;
  typed: string; // JSON, while it is looked at
  parsed: Parsed; // whichever of form and JSON is looked at
  show: (part: Part) => void;
  change: (settings: RoutingRouteSettings) => void;
  type: (json: string) => void;
}

// `onChange`: what was said of the draft before no longer holds.
function useDraft(base: RoutingRouteSettings, onChange: () => void): Draft {
  const [part, setPart] = useState<Part>('policy');
  const [settings, setSettings] = useState(base);
  const [typed, setTyped] = useState('');
  const parsed = part === 'json' ? fromJson(typed) : { settings, problem: '' };
  return {
    part,
    typed,
    parsed,
    show: (next) => {
      const current = parsed.settings ?? settings;
      setSettings(current);
      setTyped(toJson(current));
      setPart(next);
    },
    change: (next) => {
      onChange();
      setSettings(next);
    },
    type: (json) => {
      onChange();
      setTyped(json);
    },
  };
}

function Forms({ draft }: { draft: Draft }): ReactElement | null {
  const { part, parsed, typed, change, type } = draft;
  if (part === 'json') return <JsonForm value={typed} problem={parsed.problem} onChange={type} />;
  if (!parsed.settings) return null;
  const props = { draft: parsed.settings, onChange: change };
  if (part === 'rules') return <RulesForm {...props} />;
  return part === 'policy' ? <PolicyForm {...props} /> : <ProtectionForm {...props} />;
}

function Verdict({ put }: { put: ReturnType<typeof usePutSettings> }): ReactElement | null {
  const text = useText();
  if (put.isError) return <Alert type="error" showIcon title={sentence(put.error, text)} />;
  if (put.isSuccess && put.variables.checkOnly) {
    return <Alert type="success" showIcon title={text('route.edit.checked')} />;
  }
  return null;
}

interface OvertakenProps {
  newest: RoutingStoredSettings;
  onReload: () => void;
}

// Somebody else was faster: the draft would undo their change, and is refused.
function Overtaken({ newest, onReload }: OvertakenProps): ReactElement {
  const text = useText();
  return (
    <Alert
      type="warning"
      showIcon
      title={text('route.edit.overtaken', { at: formatDay(newest.changed_unix_ms) })}
      description={newest.who_and_why}
      action={
        <Button size="small" onClick={onReload}>
          {text('route.edit.reload')}
        </Button>
      }
    />
  );
}
