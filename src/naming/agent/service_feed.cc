// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/agent/service_feed.h"

#include <fmt/format.h>

#include <utility>

namespace bellrock::naming::agent {

ServiceFeed::ServiceFeed(fiber::Environment environment, ChannelInterface& servers,
                         size_t services_max)
    : env_(environment), servers_(servers), services_max_(services_max) {}
ServiceFeed::~ServiceFeed() {
  Stop();
}

Status ServiceFeed::Watch(std::string_view service, Callback on_list) {
  if (watchers_.contains(service)) {
    return AlreadyExistsError(fmt::format("{} is watched already", service));
  }
  if (watchers_.size() >= services_max_) {
    return ResourceExhaustedError(
        fmt::format("{} services are watched, no room for {}", watchers_.size(), service));
  }
  auto watcher =
      std::make_unique<client::Watcher>(env_, servers_, std::string(service), std::move(on_list));
  watcher->Start();
  watchers_.emplace(std::string(service), std::move(watcher));
  return Status::Ok();
}

Status ServiceFeed::Unwatch(std::string_view service) {
  const auto it = watchers_.find(service);
  if (it == watchers_.end()) return NotFoundError(fmt::format("{} is not watched", service));
  const std::unique_ptr<client::Watcher> watcher = std::move(it->second);
  watchers_.erase(it);
  watcher->Stop();
  return Status::Ok();
}

void ServiceFeed::Stop() {
  const auto watchers = std::exchange(watchers_, {});
  for (const auto& [service, watcher] : watchers) watcher->Stop();
}

}  // namespace bellrock::naming::agent
