// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import { Suspense, type ReactElement } from 'react';
import { Link, Route, Routes } from 'react-router-dom';
import { EmptyHint } from './components/EmptyHint';
import { Shell, type MenuItem } from './components/Shell';
import { useText } from './i18n/text';
import { pages } from './pages';

const menu: MenuItem[] = pages.flatMap(({ path, title, menuTitle, icon }) =>
  icon ? [{ path, title: menuTitle ?? title, icon }] : [],
);

export function App(): ReactElement {
  return (
    <Shell menu={menu}>
      <Suspense fallback={<Skeleton active paragraph={{ rows: 10 }} className="pad" />}>
        <Routes>
          {pages.map(({ path, component: Component }) => (
            <Route key={path} path={path} element={<Component />} />
          ))}
          <Route path="*" element={<NoPage />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}

function NoPage(): ReactElement {
  const text = useText();
  return (
    <EmptyHint title={text('app.nopage')}>
      <Link to="/">{text('app.home')}</Link>
    </EmptyHint>
  );
}
