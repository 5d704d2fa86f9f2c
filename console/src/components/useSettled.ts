// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';

const kSettledMs = 500;

// The value once it has stayed what it is: what is being typed is not asked for letter by letter.
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), kSettledMs);
    return () => clearTimeout(timer);
    // A value that is equal is no other one.
  }, [key]);
  return settled;
}
