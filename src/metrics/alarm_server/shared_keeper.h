// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "fiber/environment.h"
#include "metrics/alarm_sender/state_keeper.h"
#include "settings/settings_store.h"

namespace bellrock::metrics::alarm_server {

// Keeps the state of alarms in two places: what must outlive this server with the settings, which
// reach all servers of the site, and all of it in this server's own keeper. What is shared is
// written when something changed that a successor would tell, and every few minutes; it is replaced
// only if nobody else replaced it meanwhile. So no message is sent by one whose place was taken.
// Both are borrowed. Lives on the server's loop.
class SharedKeeper final : public alarm_sender::StateKeeper {
 public:
  // `site`: each has one evaluator.
  SharedKeeper(fiber::Environment environment, settings::SettingsStore& shared,
               alarm_sender::StateKeeper& own, const std::string& site);

  Result<v1::AlarmState> Load() override;
  Status Save(const v1::AlarmState& next) override;
  // What was shared last, as this server knows it; also where another one evaluates. kUnavailable:
  // its parts are not here yet. kDataLoss.
  Result<v1::AlarmState> Shared() const;

  // A state that cannot be read so many times is given up.
  static constexpr int kTriesMax = 12;

 private:
  struct Packed {
    v1::AlarmStateDocument head;
    std::vector<std::string> parts;
  };

  std::string HeadName() const;
  std::string PartName(uint32_t shelf, size_t part) const;
  Result<v1::AlarmState> Unpack(const std::string& bytes) const;
  static Result<Packed> Pack(const v1::AlarmState& next);
  Status Share(const v1::AlarmState& next);
  Result<uint64_t> Put(const std::string& name, const std::string& bytes, uint64_t expected);
  int64_t Now();

  fiber::Environment environment_;
  settings::SettingsStore& shared_;
  alarm_sender::StateKeeper& own_;
  const std::string site_;
  uint64_t version_ = 0;  // of the head that may be replaced
  uint32_t shelf_ = 0;    // of its parts
  std::string essence_;   // of what is shared
  int64_t shared_at_ = 0;
  int unreadable_ = 0;
};

}  // namespace bellrock::metrics::alarm_server
