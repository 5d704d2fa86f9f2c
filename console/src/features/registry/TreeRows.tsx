// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { CaretDownOutlined, CaretRightOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { useState, type ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { useChildren, useClusterInstances } from '../../api/registry';
import type { NamingInstance, NamingListReplyChild } from '../../api/generated';
import { Failure } from '../../components/Failure';
import { Mark } from '../../components/Mark';
import { useText } from '../../i18n/text';
import { formatAge } from '../../lib/time';
import { formatCount } from '../../lib/units';
import { componentsOf, instanceLevel, kServiceDepth, serviceOf, stateKey, windowOf } from './tree';

const kRowsAtFirst = 200;

interface Props {
  path: string;
  touched: ReadonlyMap<string, boolean>;
  toggle: (path: string, open: boolean) => void;
}

// The children of one directory, asked for while it is open. An only child opens by itself.
export function Directory({ path, touched, toggle }: Props): ReactElement {
  const text = useText();
  const { data, error } = useChildren(path);
  const [shown, setShown] = useState(kRowsAtFirst);
  if (error) return <Failure errors={[error]} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 2 }} className="pad" />;
  const { children } = data;
  if (children[0]?.leaf) return <Instances path={path} />;
  const isOpen = (child: NamingListReplyChild): boolean =>
    touched.get(child.path) ??
    (children.length === 1 && componentsOf(child.path) < kServiceDepth);
  return (
    <ul className="tree" aria-label={path}>
      {children.slice(0, shown).map((child) => (
        <li key={child.path}>
          <Row child={child} open={isOpen(child)} toggle={toggle} />
          {isOpen(child) && <Directory path={child.path} touched={touched} toggle={toggle} />}
        </li>
      ))}
      {children.length > shown && (
        <li>
          <More rest={children.length - shown} onMore={() => setShown(shown + kRowsAtFirst)} />
        </li>
      )}
      {children.length === 0 && <li className="none">{text('tree.gone')}</li>}
    </ul>
  );
}

function More({ rest, onMore }: { rest: number; onMore: () => void }): ReactElement {
  const text = useText();
  return (
    <Button type="link" size="small" onClick={onMore}>
      {text('tree.more', { count: formatCount(rest) })}
    </Button>
  );
}

interface RowProps {
  child: NamingListReplyChild;
  open: boolean;
  toggle: (path: string, open: boolean) => void;
}

function Row({ child, open, toggle }: RowProps): ReactElement {
  const text = useText();
  const { name, path, instances, working } = child;
  const service = serviceOf(path);
  return (
    <div className="tree-row">
      <button
        type="button"
        className="tree-name"
        aria-expanded={open}
        onClick={() => toggle(path, !open)}
      >
        {open ? <CaretDownOutlined /> : <CaretRightOutlined />}
        <b>{name}</b>
      </button>
      <span className="tree-count" data-level={working < instances ? 'warn' : 'good'}>
        {text('tree.count', { working: formatCount(working), total: formatCount(instances) })}
      </span>
      {service && (
        <Link to={`/services/${service}`} aria-label={`${text('tree.service')} ${service}`}>
          {text('tree.service')}
        </Link>
      )}
    </div>
  );
}

// The last level: instances with their state and what operators said of them.
function Instances({ path }: { path: string }): ReactElement {
  const text = useText();
  const { data, error } = useClusterInstances(path);
  const [shown, setShown] = useState(kRowsAtFirst);
  if (error) return <Failure errors={[error]} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 2 }} className="pad" />;
  const rest = data.instances.length - shown;
  return (
    <ul className="tree" aria-label={path}>
      {data.instances.slice(0, shown).map((instance) => (
        <li key={instance.spec.path}>
          <InstanceRow instance={instance} />
        </li>
      ))}
      {rest > 0 && (
        <li>
          <More rest={rest} onMore={() => setShown(shown + kRowsAtFirst)} />
        </li>
      )}
      {data.instances.length === 0 && <li className="none">{text('tree.gone')}</li>}
    </ul>
  );
}

function InstanceRow({ instance }: { instance: NamingInstance }): ReactElement {
  const text = useText();
  const { spec, operator_state: said } = instance;
  const window = windowOf(said);
  const since = text('detail.since', { age: formatAge(Date.now() - instance.changed_unix_ms) });
  return (
    <div className="tree-row" data-instance={spec.path}>
      <b className="tree-leaf">{spec.path.slice(spec.path.lastIndexOf('/') + 1)}</b>
      <code>{spec.address}</code>
      <Mark level={instanceLevel(instance)} title={`${instance.reason} · ${since}`}>
        {text(stateKey(instance))}
      </Mark>
      {said.disabled && <Mark level="warn">{text('state.disabled')}</Mark>}
      {said.isolated && <Mark level="warn">{text('state.isolated')}</Mark>}
      {said.weight > 0 && <Mark level="idle">{text('tree.weight', { weight: said.weight })}</Mark>}
      {window && <Mark level="idle">{text(window.key, window.values)}</Mark>}
      {said.reason !== '' && <small className="tree-why">{said.reason}</small>}
      {said.reason === '' && said.window.next.reason !== '' && (
        <small className="tree-why">{said.window.next.reason}</small>
      )}
    </div>
  );
}
