// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/labels.h"

#include <fmt/format.h>

#include <algorithm>

namespace bellrock::metrics::query::promql {
namespace {

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Labels::Labels(std::initializer_list<Label> labels) {
  for (const auto& [name, value] : labels) Set(name, value);
}

void Labels::Set(std::string_view name, std::string_view value) {
  const auto before = [](const Label& label, std::string_view key) { return label.first < key; };
  auto at = std::lower_bound(labels_.begin(), labels_.end(), name, before);
  const bool there = at != labels_.end() && at->first == name;
  if (value.empty()) {
    if (there) labels_.erase(at);
  } else if (there) {
    at->second = value;
  } else {
    labels_.emplace(at, name, value);
  }
}

std::string_view Labels::Get(std::string_view name) const {
  for (const Label& label : labels_) {
    if (label.first == name) return label.second;
  }
  return "";
}

Labels Labels::Keep(const std::vector<std::string>& names) const {
  Labels kept;
  for (const Label& label : labels_) {
    if (Contains(names, label.first)) kept.labels_.push_back(label);
  }
  return kept;
}

Labels Labels::Drop(const std::vector<std::string>& names) const {
  Labels kept;
  for (const Label& label : labels_) {
    if (label.first != kNameLabel && !Contains(names, label.first)) kept.labels_.push_back(label);
  }
  return kept;
}

std::string Labels::ToString() const {
  std::string text = "{";
  for (const auto& [name, value] : labels_) {
    fmt::format_to(std::back_inserter(text), "{}{}=\"{}\"", text.size() > 1 ? ", " : "", name,
                   value);
  }
  return text + "}";
}

}  // namespace bellrock::metrics::query::promql
