// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { createContext, useContext } from 'react';
import { en, type Dictionary, type TextKey } from './en';
import { zh } from './zh';

export type { TextKey } from './en';
export type Language = 'en' | 'zh';
export type Text = (key: TextKey, values?: Record<string, string | number>) => string;

const dictionaries: Record<Language, Dictionary> = { en, zh };

export function textOf(language: Language): Text {
  const dictionary = dictionaries[language];
  return (key, values) =>
    dictionary[key].replace(/\{(\w+)\}/g, (whole, name: string) =>
      values && name in values ? String(values[name]) : whole,
    );
}

// The browser's first language that we have; English otherwise.
export function preferredLanguage(languages: readonly string[]): Language {
  for (const language of languages) {
    if (language.toLowerCase().startsWith('zh')) return 'zh';
    if (language.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

export const TextContext = createContext<Text>(textOf('en'));

export function useText(): Text {
  return useContext(TextContext);
}
