// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/series_kind.h"

namespace bellrock::metrics {
namespace {

constexpr SeriesKind kPrefixed[] = {SeriesKind::kHost, SeriesKind::kProcess, SeriesKind::kCustom};

}  // namespace

SeriesKind SeriesKindOf(std::string_view callee) {
  for (const SeriesKind kind : kPrefixed) {
    if (callee.starts_with(PrefixOf(kind))) return kind;
  }
  return SeriesKind::kService;
}

std::string_view PrefixOf(SeriesKind kind) {
  switch (kind) {
    case SeriesKind::kService:
      return "";
    case SeriesKind::kHost:
      return "host:";
    case SeriesKind::kProcess:
      return "process:";
    case SeriesKind::kCustom:
      return "custom:";
  }
  return "";
}

std::string SeriesCallee(SeriesKind kind, std::string_view name) {
  std::string callee(PrefixOf(kind));
  callee += name;
  return callee;
}

std::string_view WithoutPrefix(std::string_view callee) {
  return callee.substr(PrefixOf(SeriesKindOf(callee)).size());
}

}  // namespace bellrock::metrics
