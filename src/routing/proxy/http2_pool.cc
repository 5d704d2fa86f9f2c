// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_pool.h"

#include <fmt/format.h>

#include <algorithm>

#include "fiber/fiber.h"

namespace bellrock::routing::proxy {

Http2Pool::~Http2Pool() {
  for (auto& [address, group] : groups_) {
    for (const auto& upstream : group) upstream->Close(UnavailableError("the proxy ends"));
  }
  fiber::ScopedShield shield;
  (void)running_.Wait();
}

std::shared_ptr<Http2Upstream> Http2Pool::WithRoom(const Address& address) const {
  const auto found = groups_.find(address);
  if (found == groups_.end()) return nullptr;
  const auto room = std::find_if(found->second.begin(), found->second.end(),
                                 [](const auto& upstream) { return upstream->HasRoom(); });
  return room == found->second.end() ? nullptr : *room;
}

std::shared_ptr<Http2Upstream> Http2Pool::TakeReady(const Address& address) {
  std::shared_ptr<Http2Upstream> upstream = WithRoom(address);
  return upstream != nullptr && upstream->ready() ? upstream : nullptr;
}

Result<std::shared_ptr<Http2Upstream>> Http2Pool::Take(const Address& address,
                                                       bool& count_failure) {
  for (;;) {
    std::shared_ptr<Http2Upstream> upstream = WithRoom(address);
    if (upstream == nullptr) {
      BELLROCK_ASSIGN(upstream, Make(address));
    }
    if (!upstream->ready()) {
      if (Status ready = upstream->WaitReady(); !ready.ok()) {
        count_failure = upstream->ended() && upstream->TakeConnectFailure();
        return ready;
      }
    }
    // Others that waited may have filled it.
    if (upstream->HasRoom()) return upstream;
  }
}

Result<std::shared_ptr<Http2Upstream>> Http2Pool::Make(const Address& address) {
  Group& group = groups_[address];
  size_ -= std::erase_if(group, [](const auto& upstream) { return upstream->ended(); });
  if (size_ >= limits_.http2_upstreams_max ||
      group.size() >= limits_.http2_upstreams_per_address_max) {
    return ResourceExhaustedError(
        fmt::format("{}: {} connections to it and {} in all are full of requests",
                    address.ToString(), group.size(), size_));
  }
  auto upstream = std::make_shared<Http2Upstream>(environment_, address, limits_, running_);
  BELLROCK_TRY(upstream->Start());
  group.push_back(upstream);
  ++size_;
  return upstream;
}

void Http2Pool::Sweep(Time now) {
  for (auto entry = groups_.begin(); entry != groups_.end();) {
    Group& group = entry->second;
    for (const auto& upstream : group) upstream->Sweep(now);
    size_ -= std::erase_if(group, [](const auto& upstream) { return upstream->ended(); });
    entry = group.empty() ? groups_.erase(entry) : std::next(entry);
  }
}

}  // namespace bellrock::routing::proxy
