// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { App as AntApp, ConfigProvider, theme as antTheme, type ThemeConfig } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import {
  createContext,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import { preferredLanguage, TextContext, textOf, type Language } from '../i18n/text';
import { useMedia } from '../lib/media';
import { store, stored } from '../lib/preferences';
import { token } from '../lib/tokens';

export type Theme = 'light' | 'dark';

interface Preferences {
  language: Language;
  theme: Theme;
  setLanguage: (language: Language) => void;
  setTheme: (theme: Theme) => void;
}

const PreferencesContext = createContext<Preferences | null>(null);

export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext);
  if (!preferences) throw new Error('usePreferences outside PreferencesProvider');
  return preferences;
}

function initialLanguage(): Language {
  const chosen = stored('language');
  return chosen === 'en' || chosen === 'zh' ? chosen : preferredLanguage(navigator.languages);
}

function themeConfig(theme: Theme): ThemeConfig {
  document.documentElement.dataset.theme = theme;
  return {
    algorithm: theme === 'dark' ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
    token: {
      colorPrimary: token('accent'),
      colorInfo: token('accent'),
      colorLink: token('accent'),
      colorSuccess: token('good'),
      colorSuccessBg: token('good-soft'),
      colorWarning: token('warn'),
      colorWarningBg: token('warn-soft'),
      colorError: token('bad'),
      colorBgBase: token('surface'),
      colorTextBase: token('ink'),
      colorBgContainer: token('surface'),
      colorBgElevated: token('raised'),
      colorTextPlaceholder: token('ink-3'),
      colorBorder: token('line'),
      colorBorderSecondary: token('line'),
      borderRadius: 8,
      fontFamily: token('sans'),
    },
    components: {
      Segmented: {
        trackBg: token('track'),
        itemColor: token('ink-2'),
        itemSelectedBg: token('chosen'),
      },
      Table: {
        headerBg: token('surface'),
        headerColor: token('ink-3'),
        headerSplitColor: 'transparent',
        rowHoverBg: token('sunken'),
        cellPaddingBlockSM: 9,
        cellPaddingInlineSM: 10,
      },
    },
  };
}

// Language and theme for everything inside, antd included.
export function PreferencesProvider({ children }: { children: ReactNode }): ReactElement {
  const [language, setLanguage] = useState<Language>(initialLanguage);
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const [chosen, setChosen] = useState<string | null>(() => stored('theme'));
  const system: Theme = systemDark ? 'dark' : 'light';
  const theme: Theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
  const config = useMemo(() => themeConfig(theme), [theme]);
  useLayoutEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const preferences = useMemo<Preferences>(
    () => ({
      language,
      theme,
      setLanguage: (next) => {
        store('language', next);
        setLanguage(next);
      },
      setTheme: (next) => {
        store('theme', next);
        setChosen(next);
      },
    }),
    [language, theme],
  );
  return (
    <PreferencesContext.Provider value={preferences}>
      <TextContext.Provider value={useMemo(() => textOf(language), [language])}>
        <ConfigProvider
          theme={config}
          locale={language === 'zh' ? zhCN : enUS}
          button={{ autoInsertSpace: false }}
        >
          <AntApp>{children}</AntApp>
        </ConfigProvider>
      </TextContext.Provider>
    </PreferencesContext.Provider>
  );
}
