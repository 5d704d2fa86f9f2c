// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::metrics::alarm {

// Collects what is wrong with settings. A field's name is its path: "rules[2].calls_min".
class FieldProblems {
 public:
  explicit FieldProblems(size_t named_max) : named_max_(named_max) {}

  void Add(std::string_view field, std::string_view value, std::string_view remedy);
  // Not NaN, and both ends belong to it.
  void Range(std::string_view field, double value, double low, double high);
  void ZeroOrRange(std::string_view field, double value, double low, double high);
  void Count(std::string_view field, size_t count, size_t most);
  // Neither empty, nor too long, nor with control characters.
  void Text(std::string_view field, std::string_view text, size_t bytes_max);
  void Url(std::string_view field, std::string_view url);

  Status ToStatus(std::string_view subject) const;

 private:
  size_t named_max_;
  size_t count_ = 0;
  std::string text_;
};

}  // namespace bellrock::metrics::alarm
