// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { GlobalOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ComponentType, ReactElement, ReactNode } from 'react';
import { Link, NavLink } from 'react-router-dom';
import { useConnection } from '../api/connection';
import { useText, type TextKey } from '../i18n/text';
import { ConnectionBanner } from './ConnectionBanner';
import { usePreferences } from './Preferences';

export interface MenuItem {
  path: string;
  title: TextKey;
  icon: ComponentType;
}

// Frame of every page: menu at the side (at the bottom on a phone), state of the connection,
// language and theme.
export function Shell(props: { menu: MenuItem[]; children: ReactNode }): ReactElement {
  const text = useText();
  const { down } = useConnection();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {text('app.skip')}
      </a>
      <header className="top">
        <Link to="/" className="brand" aria-label="Bellrock">
          <img src="/favicon.svg" alt="" width="26" height="26" />
          <span>Bellrock</span>
        </Link>
        <span className="pulse" data-down={down} role="status">
          <i aria-hidden="true" />
          {text(down ? 'app.stale' : 'app.live')}
        </span>
        <Switches />
      </header>
      <nav className="side" aria-label={text('app.menu')}>
        <div>
          {props.menu.map(({ path, title, icon: Icon }) => (
            <NavLink key={path} to={path} end={path === '/'}>
              <Icon />
              <span>{text(title)}</span>
            </NavLink>
          ))}
        </div>
      </nav>
      <main id="main" className={down ? 'stale' : ''}>
        <ConnectionBanner />
        {props.children}
      </main>
    </div>
  );
}

function Switches(): ReactElement {
  const text = useText();
  const { language, setLanguage, theme, setTheme } = usePreferences();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <div className="switches">
      <Button
        type="text"
        icon={<GlobalOutlined />}
        aria-label={text('app.language.label')}
        onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
      >
        {text('app.language')}
      </Button>
      <Button
        type="text"
        icon={theme === 'dark' ? <SunOutlined /> : <MoonOutlined />}
        aria-label={text(other === 'dark' ? 'app.theme.dark' : 'app.theme.light')}
        title={text(other === 'dark' ? 'app.theme.dark' : 'app.theme.light')}
        onClick={() => setTheme(other)}
      />
    </div>
  );
}
