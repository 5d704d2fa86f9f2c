// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Maps are typed as tags, "name=value"; a tag without a name is dropped.
export function toTags(map: Record<string, string | number>): string[] {
  return Object.entries(map).map(([name, value]) => `${name}=${value}`);
}

export function fromTags(tags: string[]): Record<string, string> {
  const pairs = tags.flatMap((tag) => {
    const at = tag.indexOf('=');
    return at > 0 ? [[tag.slice(0, at).trim(), tag.slice(at + 1).trim()] as const] : [];
  });
  return Object.fromEntries(pairs);
}
