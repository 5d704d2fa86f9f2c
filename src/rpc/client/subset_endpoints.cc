// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/subset_endpoints.h"

#include <algorithm>
#include <set>
#include <utility>

#include "rpc/client/subset.h"

namespace bellrock::rpc {

SubsetEndpoints::SubsetEndpoints(EndpointSource& source, fiber::Clock& clock, std::string client,
                                 size_t size)
    : source_(source), clock_(clock), client_(std::move(client)), size_(size) {}

Result<Endpoint> SubsetEndpoints::PickFor(const PickRequest& request) {
  if (!request.key.empty() || !request.lane.empty()) return source_.PickFor(request);
  const std::span<const uint32_t> tried = request.tried;
  const std::shared_ptr<const Turns> turns = Current();
  for (size_t i = 0; i < turns->size(); ++i) {
    const Endpoint& next =
        (*turns)[cursor_.fetch_add(1, std::memory_order_relaxed) % turns->size()];
    if (std::find(tried.begin(), tried.end(), next.slot) == tried.end()) return next;
  }
  return source_.PickFor(request);
}

void SubsetEndpoints::Report(const Endpoint& endpoint, StatusCode code, Duration latency) {
  source_.Report(endpoint, code, latency);
  if (code != StatusCode::kUnavailable) return;
  const std::lock_guard lock(mutex_);
  failed_ = true;
}

std::shared_ptr<const SubsetEndpoints::Turns> SubsetEndpoints::Current() {
  const Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  const Duration age = now - refreshed_;
  if (turns_ == nullptr || age >= (failed_ ? kRefreshAfterFailure : kRefreshEvery)) {
    turns_ = Refresh();
    refreshed_ = now;
    failed_ = false;
  }
  return turns_;
}

std::shared_ptr<const SubsetEndpoints::Turns> SubsetEndpoints::Refresh() {
  auto turns = std::make_shared<Turns>();
  const Result<std::vector<Endpoint>> all = source_.All();
  if (!all.ok() || all->size() <= size_) return turns;
  std::vector<std::string> texts;
  for (const Endpoint& each : *all) {
    texts.push_back(each.instance == nullptr ? each.address.ToString() : *each.instance);
  }
  const std::vector<std::string_view> names(texts.begin(), texts.end());
  std::set<std::pair<uint32_t, uint32_t>> members;
  for (const size_t index : ChooseSubset(client_, names, size_)) {
    members.emplace((*all)[index].slot, (*all)[index].generation);
  }
  const size_t looks = std::min(all->size() * 4, kTurnsMax);
  for (size_t i = 0; i < looks; ++i) {
    Result<Endpoint> turn = source_.Pick({});
    if (!turn.ok()) break;
    source_.Unpick(*turn);
    if (members.count({turn->slot, turn->generation}) > 0) turns->push_back(std::move(*turn));
  }
  return turns;
}

}  // namespace bellrock::rpc
