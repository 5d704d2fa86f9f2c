// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "fiber/environment.h"
#include "naming/client/naming_watcher.h"

namespace bellrock::naming::agent {

inline constexpr size_t kServicesWatchedMax = 4096;

// The instances of the services that this host calls: one watch per service. What routing is fed
// from; snapshots on disk are routing's own.
//
// Lives on one loop; callbacks run there and must not block.
class ServiceFeed {
 public:
  using Callback = client::Watcher::Callback;

  // `servers` is borrowed and outlives this.
  ServiceFeed(fiber::Environment environment, ChannelInterface& servers,
              size_t services_max = kServicesWatchedMax);
  ~ServiceFeed();

  // `service` is "line/service". The callback gets the whole list, first when it is known and then
  // after each change, unusable instances too. kAlreadyExists if watched; kResourceExhausted at
  // `services_max`.
  Status Watch(std::string_view service, Callback on_list);
  // No callback after it. kNotFound if not watched.
  Status Unwatch(std::string_view service);
  void Stop();

  size_t size() const { return watchers_.size(); }

 private:
  fiber::Environment env_;
  ChannelInterface& servers_;
  const size_t services_max_;
  std::map<std::string, std::unique_ptr<client::Watcher>, std::less<>> watchers_;
};

}  // namespace bellrock::naming::agent
