// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "base/service_alias.h"
#include "naming/alias_index.h"

namespace bellrock::naming::server {

// The target of a watch or poll in so far as it is an alias: whether it has come to stand for
// another service since it was resolved. A part of its session.
class FollowedAlias {
 public:
  // Any target; only an alias can move. `wake` as of AliasFollower.
  FollowedAlias(AliasIndex& index, std::string_view target, std::function<void()> wake) {
    if (!IsServiceAlias(target)) return;
    follower_.emplace(index, target, [this, wake = std::move(wake)] {
      moved_ = true;
      wake();
    });
  }
  FollowedAlias(const FollowedAlias&) = delete;
  FollowedAlias& operator=(const FollowedAlias&) = delete;

  bool follows() const { return follower_.has_value(); }
  bool moved() const { return moved_; }

 private:
  bool moved_ = false;
  std::optional<AliasFollower> follower_;
};

}  // namespace bellrock::naming::server
