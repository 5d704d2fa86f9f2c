// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "routing/table.h"

namespace bellrock::routing::agent {

// Where instance lists come from; the product connects it to naming. Used from the HostRouter's
// loop.
class InstanceFeed {
 public:
  using OnList = std::function<void(std::vector<InstanceSpec>)>;

  virtual ~InstanceFeed() = default;
  // Calls `on_list` on this loop, from a fiber, with the whole list whenever it is known or has
  // changed, until the feed dies or Unwatch(). Does not block. The feed goes on by itself when the
  // registry is away.
  virtual Status Watch(const std::string& service, OnList on_list) = 0;
  // No call to `on_list` afterwards.
  virtual void Unwatch(const std::string& service) = 0;
};

}  // namespace bellrock::routing::agent
