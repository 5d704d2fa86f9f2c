// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a reader chose, kept in this browser. Storage may be refused (private mode): then it lasts
// until the page is closed.
export function stored(name: string): string | null {
  try {
    return localStorage.getItem(`bellrock.${name}`);
  } catch {
    return null;
  }
}

export function store(name: string, value: string): void {
  try {
    localStorage.setItem(`bellrock.${name}`, value);
  } catch {
    // Refused; nothing to do.
  }
}
