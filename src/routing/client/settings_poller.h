// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "bellrock/routing/v1/routing.pb.h"
#include "bellrock/service.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"

namespace bellrock::routing::client {

// Brings the operators' settings of the services that a host or process routes to, in one long poll
// for all of them. Any server will do. While none answers the last settings stay in force, and it
// tries again at jittered intervals. Owned by the product; lives on one loop.
class SettingsPoller {
 public:
  // Of each service that is routed to, the version of the settings it has; 0: none yet.
  using Known = std::function<std::map<std::string, uint64_t>()>;
  using OnSettings = std::function<void(const v1::StoredSettings&)>;

  // `servers` is borrowed. Both callbacks run on this loop and must not block. `on_settings` is to
  // be reflected by `known`. It is called with version 0 once for each service of which the first
  // answer says that nobody ever set anything.
  SettingsPoller(fiber::Environment environment, ChannelInterface& servers, Known known,
                 OnSettings on_settings);
  ~SettingsPoller();
  SettingsPoller(const SettingsPoller&) = delete;
  SettingsPoller& operator=(const SettingsPoller&) = delete;

  void Start();
  // Joins; no callback after it.
  void Stop();
  // There is another service: it is asked for at once.
  void Wake();

 private:
  static constexpr int64_t kWaitMs = 25'000;
  static constexpr Duration kTimeout = std::chrono::seconds(30);
  static constexpr Duration kRetryMin = std::chrono::milliseconds(100);
  static constexpr Duration kRetryMax = std::chrono::seconds(2);
  static constexpr Duration kBetween = std::chrono::milliseconds(20);
  // Of one call, which is as many as a host or process routes to.
  static constexpr int kServicesPerCall = 4096;

  void Run();
  Status Ask(const std::map<std::string, uint64_t>& known);
  void TellOfDefaults(const v1::PollSettingsRequest& request, const v1::PollSettingsReply& reply);
  Status Call(const v1::PollSettingsRequest& request, v1::PollSettingsReply& reply);
  void Rest(Duration& retry);

  fiber::Environment environment_;
  ChannelInterface& servers_;
  const Known known_;
  const OnSettings on_settings_;
  bool stopping_ = false;
  bool woken_ = false;
  std::string failed_;  // logged once
  // Of those that are known: an answer came, so a call may wait for changes.
  std::set<std::string, std::less<>> answered_;
  fiber::Event wake_;
  fiber::JoinHandle call_;
  fiber::JoinHandle loop_;
};

}  // namespace bellrock::routing::client
