// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/alarm_centre.h"

#include <utility>

#include "base/log.h"

namespace bellrock::metrics::alarm_server {

AlarmCentre::AlarmCentre(fiber::Environment environment, Parts parts, const std::string& node)
    : environment_(environment),
      parts_(std::move(parts)),
      source_(parts_.source, parts_.complete_until),
      host_(environment, {source_, parts_.keeper, parts_.messenger}, node) {
  parts_.desk.Listen([this] { settings_changed_.Set(); });
}

AlarmCentre::~AlarmCentre() {
  Stop();
  parts_.desk.Listen(nullptr);
}

void AlarmCentre::Start(std::string console_url) {
  console_url_ = std::move(console_url);
  TakeSettings();
  watch_ = fiber::Start([this] { Watch(); });
}

void AlarmCentre::Stop() {
  watch_ = fiber::JoinHandle();
  term_ = fiber::JoinHandle();
}

void AlarmCentre::Watch() {
  Status waited;
  do {
    if (waited.ok()) TakeSettings();
    const bool chosen = parts_.chosen();
    if (chosen && !term_.joinable()) term_ = fiber::Start([this] { Serve(); });
    if (!chosen && term_.joinable()) {
      log::Info("metrics/alarms", "another server evaluates from now on");
      term_ = fiber::JoinHandle();
    }
    waited = settings_changed_.Wait(environment_.clock.Now() + kWatchInterval);
  } while (waited.code() != StatusCode::kCancelled);
}

void AlarmCentre::TakeSettings() {
  settings_changed_.Reset();
  host_.SetSettings(InForce());
}

v1::AlarmSettings AlarmCentre::InForce() const {
  v1::AlarmSettings settings = parts_.desk.InForce();
  if (settings.console_url().empty()) settings.set_console_url(console_url_);
  return settings;
}

void AlarmCentre::Serve() {
  do {
    const Status ended = host_.Serve();
    if (ended.code() == StatusCode::kCancelled) return;
    log::Warning("metrics/alarms", "evaluation ended, and begins anew: {}", ended.ToString());
  } while (fiber::SleepFor(kTermPause).ok());
}

}  // namespace bellrock::metrics::alarm_server
