// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "metrics/alarm_sender/alarm_host.h"
#include "metrics/alarm_server/complete_source.h"
#include "metrics/alarm_server/settings_desk.h"

namespace bellrock::metrics::alarm_server {

inline constexpr Duration kWatchInterval = std::chrono::seconds(1);  // who is chosen
inline constexpr Duration kTermPause = std::chrono::seconds(5);  // after one that ended by itself

// Evaluates alarms for as long as this server is the one to do so, with the settings that are in
// force: one term after the other, a new one after each that ended. Owned by the control plane, on
// its loop.
class AlarmCentre {
 public:
  // All borrowed.
  struct Parts {
    query::Source& source;
    alarm_sender::StateKeeper& keeper;
    alarm_sender::Messenger& messenger;
    SettingsDesk& desk;
    CompleteSource::CompleteUntil complete_until;
    std::function<bool()> chosen;  // this server is the one to evaluate
  };
  AlarmCentre(fiber::Environment environment, Parts parts, const std::string& node);
  ~AlarmCentre();

  // `console_url`: where links lead if settings name none.
  void Start(std::string console_url = {});
  // Ends the term; messages under way are given up, and sent by the next one.
  void Stop();

  bool serving() const { return host_.serving(); }
  v1::AlarmState Snapshot() const { return host_.Snapshot(); }
  // Settings as they are evaluated.
  v1::AlarmSettings InForce() const;
  // What rules are judged by.
  query::Source& source() { return source_; }

 private:
  void Watch();
  void TakeSettings();
  void Serve();

  fiber::Environment environment_;
  const Parts parts_;
  CompleteSource source_;
  alarm_sender::AlarmHost host_;
  std::string console_url_;
  fiber::Event settings_changed_;
  fiber::JoinHandle term_;
  fiber::JoinHandle watch_;
};

}  // namespace bellrock::metrics::alarm_server
