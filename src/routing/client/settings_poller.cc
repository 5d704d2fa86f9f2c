// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/settings_poller.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "bellrock/routing/v1/routing.bellrock.h"

namespace bellrock::routing::client {

SettingsPoller::SettingsPoller(fiber::Environment environment, ChannelInterface& servers,
                               Known known, OnSettings on_settings)
    : environment_(environment),
      servers_(servers),
      known_(std::move(known)),
      on_settings_(std::move(on_settings)) {}

SettingsPoller::~SettingsPoller() {
  Stop();
}

void SettingsPoller::Start() {
  loop_ = fiber::Start([this] { Run(); });
}

void SettingsPoller::Stop() {
  if (stopping_) return;
  stopping_ = true;
  Wake();
  if (loop_.joinable()) loop_.Join();
}

void SettingsPoller::Wake() {
  woken_ = true;
  wake_.Set();
  if (call_.joinable()) call_.Cancel();
}

void SettingsPoller::Run() {
  Duration retry = kRetryMin;
  while (!stopping_) {
    woken_ = false;
    wake_.Reset();
    const std::map<std::string, uint64_t> known = known_();
    if (known.empty()) {
      (void)wake_.Wait();
      continue;
    }
    const Status asked = Ask(known);
    if (asked.ok()) {
      retry = kRetryMin;
      failed_.clear();
    } else if (!woken_) {
      if (failed_.empty()) {
        failed_ = asked.ToString();
        log::Warning("routing", "settings cannot be asked for, the last ones hold: {}", failed_);
      }
      Rest(retry);
    }
  }
}

// Half of it at random, so that a thousand hosts that lost one server do not come back together.
void SettingsPoller::Rest(Duration& retry) {
  const auto half = static_cast<uint64_t>(retry.count() / 2);
  const auto off = static_cast<int64_t>(environment_.random.Next() % (half + 1));
  (void)wake_.Wait(environment_.clock.Now() + retry - Duration(off));
  retry = std::min(2 * retry, kRetryMax);
}

Status SettingsPoller::Ask(const std::map<std::string, uint64_t>& known) {
  std::erase_if(answered_, [&](const std::string& service) { return !known.contains(service); });
  v1::PollSettingsRequest request;
  bool all_answered = true;
  for (const auto& [service, version] : known) {
    if (request.known_size() == kServicesPerCall) break;
    v1::PollSettingsRequest::Known& row = *request.add_known();
    row.set_service(service);
    row.set_version(version);
    all_answered = all_answered && answered_.contains(service);
  }
  // Somebody may be waiting for the first word on a service, be it that there is none.
  request.set_wait_ms(all_answered ? kWaitMs : 0);
  v1::PollSettingsReply reply;
  BELLROCK_TRY(Call(request, reply));
  for (const v1::StoredSettings& settings : reply.changed()) on_settings_(settings);
  TellOfDefaults(request, reply);
  // Several changes in a moment come together, and one that is not taken over is no endless loop.
  if (reply.changed_size() > 0) (void)wake_.Wait(environment_.clock.Now() + kBetween);
  return Status::Ok();
}

void SettingsPoller::TellOfDefaults(const v1::PollSettingsRequest& request,
                                    const v1::PollSettingsReply& reply) {
  for (const v1::StoredSettings& settings : reply.changed()) answered_.insert(settings.service());
  for (const auto& asked : request.known()) {
    if (!answered_.insert(asked.service()).second || asked.version() != 0) continue;
    v1::StoredSettings never_set;
    never_set.set_service(asked.service());
    on_settings_(never_set);
  }
}

// In a fiber of its own, so that Wake() ends this call and nothing else.
Status SettingsPoller::Call(const v1::PollSettingsRequest& request, v1::PollSettingsReply& reply) {
  Status outcome;
  call_ = fiber::Start([&] {
    auto polled = v1::RoutingStub(servers_).PollSettings(request, {.timeout = kTimeout});
    outcome = polled.status();
    if (polled.ok()) reply = std::move(*polled);
  });
  if (woken_) call_.Cancel();
  call_.Join();
  call_ = fiber::JoinHandle();
  return outcome;
}

}  // namespace bellrock::routing::client
