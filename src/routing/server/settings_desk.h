// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>

#include "bellrock/routing/v1/routing.bellrock.h"
#include "bellrock/routing/v1/settings.pb.h"
#include "fiber/environment.h"
#include "fiber/sync.h"
#include "settings/settings_store.h"

namespace bellrock::routing::server {

inline constexpr size_t kPollersMax = 100'000;     // polls that wait at a time
inline constexpr size_t kPolledPerCallMax = 4096;  // services of one poll
inline constexpr size_t kPolledMax = 2'000'000;    // and of all that wait
inline constexpr int64_t kPollWaitMsMax = 30'000;

// Reads, checks and writes the settings of services for the routing server, and lets the hosts'
// long polls wait for changes: a change wakes those only that asked for its service. Lives on the
// routing server's loop.
class SettingsDesk {
 public:
  // The store is borrowed and outlives this.
  SettingsDesk(fiber::Environment environment, settings::SettingsStore& store);
  ~SettingsDesk();
  SettingsDesk(const SettingsDesk&) = delete;
  SettingsDesk& operator=(const SettingsDesk&) = delete;

  Result<v1::StoredSettings> Get(const v1::GetSettingsRequest& request) const;
  v1::ListSettingsReply List() const;
  Result<v1::PutSettingsReply> Put(ServerContext& context, const v1::PutSettingsRequest& request);
  // A caller that hangs up frees its place at once. kResourceExhausted: too many wait.
  Result<v1::PollSettingsReply> Poll(const v1::PollSettingsRequest& request);
  // Of one that was never set, the empty ones.
  v1::StoredSettings Read(std::string_view service) const;
  // Answers those who wait and lets nobody wait any more.
  void Stop();

  size_t pollers() const { return waiting_; }
  size_t polled() const { return polled_; }

 private:
  class Poller;

  void OnChange(const std::string& service);
  Status CheckRoom(const v1::PollSettingsRequest& request) const;
  void FillChanged(const v1::PollSettingsRequest& request, v1::PollSettingsReply& reply) const;

  fiber::Environment environment_;
  settings::SettingsStore& store_;
  std::map<std::string, std::unordered_set<fiber::Event*>, std::less<>> waiters_;  // by service
  size_t waiting_ = 0;
  size_t polled_ = 0;
  bool stopping_ = false;
};

}  // namespace bellrock::routing::server
