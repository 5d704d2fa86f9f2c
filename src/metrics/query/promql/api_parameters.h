// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::metrics::query::promql {

// Fields of a query string or of a form, decoded, in order. Errors are kInvalidArgument as
// Prometheus words them: invalid parameter "start": cannot parse ...
class ApiParameters {
 public:
  // Appends the fields of one more text.
  Status Add(std::string_view text);

  // "" without it.
  std::string_view Get(std::string_view name) const;
  std::vector<std::string_view> All(std::string_view name) const;
  // Unix seconds with a fraction, or RFC 3339; none without the field.
  Result<std::optional<int64_t>> TimeMs(std::string_view name) const;
  // Seconds with a fraction, or 1h30m; none without the field.
  Result<std::optional<int64_t>> DurationMs(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace bellrock::metrics::query::promql
