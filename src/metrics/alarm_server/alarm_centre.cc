// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/alarm_centre.h"

#include "base/log.h"

namespace bellrock::metrics::alarm_server {

AlarmCentre::AlarmCentre(fiber::Environment environment, Parts parts, const std::string& node)
    : environment_(environment),
      parts_(std::move(parts)),
      source_(parts_.source, parts_.complete_until),
      host_(environment, {source_, parts_.keeper, parts_.messenger}, node) {}

AlarmCentre::~AlarmCentre() {
  Stop();
}

void AlarmCentre::Start() {
  watch_ = fiber::Start([this] { Watch(); });
}

void AlarmCentre::Stop() {
  watch_ = fiber::JoinHandle();
  term_ = fiber::JoinHandle();
}

// Settings come from whatever server they were set at, and so are looked for.
void AlarmCentre::Watch() {
  do {
    TakeSettings();
    const bool chosen = parts_.chosen();
    if (chosen && !term_.joinable()) term_ = fiber::Start([this] { Serve(); });
    if (!chosen && term_.joinable()) {
      log::Info("metrics/alarms", "another server evaluates from now on");
      term_ = fiber::JoinHandle();
    }
  } while (fiber::SleepFor(kWatchInterval).ok());
}

void AlarmCentre::TakeSettings() {
  auto versions = parts_.desk.Versions();
  if (settings_taken_ && versions == versions_) return;
  versions_ = std::move(versions);
  settings_taken_ = true;
  host_.SetSettings(parts_.desk.InForce());
}

void AlarmCentre::Serve() {
  do {
    const Status ended = host_.Serve();
    if (ended.code() == StatusCode::kCancelled) return;
    log::Warning("metrics/alarms", "evaluation ended, and begins anew: {}", ended.ToString());
  } while (fiber::SleepFor(kTermPause).ok());
}

}  // namespace bellrock::metrics::alarm_server
