// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bellrock::metrics::query::promql {

inline constexpr std::string_view kNameLabel = "__name__";
inline constexpr std::string_view kLeLabel = "le";
inline constexpr std::string_view kQuantileLabel = "quantile";

// The labels of a series, ascending by name, each name once. A label with the empty value is the
// same as none, so it is not kept. A value.
class Labels {
 public:
  using Label = std::pair<std::string, std::string>;

  Labels() = default;
  Labels(std::initializer_list<Label> labels);

  void Set(std::string_view name, std::string_view value);
  void Erase(std::string_view name) { Set(name, ""); }
  // "" without that label.
  std::string_view Get(std::string_view name) const;
  // Only those named.
  Labels Keep(const std::vector<std::string>& names) const;
  // All but those named, and without the series' name.
  Labels Drop(const std::vector<std::string>& names) const;

  bool empty() const { return labels_.empty(); }
  auto begin() const { return labels_.begin(); }
  auto end() const { return labels_.end(); }
  // {a="b", c="d"}
  std::string ToString() const;

  friend bool operator==(const Labels&, const Labels&) = default;
  friend auto operator<=>(const Labels&, const Labels&) = default;

 private:
  std::vector<Label> labels_;
};

}  // namespace bellrock::metrics::query::promql
