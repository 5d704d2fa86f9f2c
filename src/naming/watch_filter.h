// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/status.h"
#include "naming/instance.h"

namespace bellrock::naming {

// Which instances of a target somebody wants to be told of: those of some sites, of some clusters,
// with some labels. Empty lists want all. A value; canonical, so that equal wishes have equal keys.
class WatchFilter {
 public:
  static constexpr size_t kNamesMax = 64;  // sites, and clusters
  static constexpr size_t kLabelsMax = 32;

  WatchFilter() = default;
  // Labels are "key=value". kInvalidArgument names the field, its value and what is allowed.
  static Result<WatchFilter> Make(std::vector<std::string> sites, std::vector<std::string> clusters,
                                  const std::vector<std::string>& labels);

  bool empty() const { return key_.empty(); }
  // The same for equal filters; "" for the empty one.
  const std::string& key() const { return key_; }

  // What never changes of an instance: its path.
  bool WantsPath(std::string_view instance_path) const;
  bool WantsTraits(const Traits& traits) const;
  bool Wants(std::string_view instance_path, const Traits& traits) const {
    return WantsPath(instance_path) && WantsTraits(traits);
  }

 private:
  std::vector<std::string> sites_;     // sorted
  std::vector<std::string> clusters_;  // sorted
  std::vector<std::pair<std::string, std::string>> labels_;
  std::string key_;
};

}  // namespace bellrock::naming
