// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/server/settings_desk.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "routing/settings_check.h"
#include "settings/settings_rules.h"

namespace bellrock::routing::server {
namespace {

std::string BytesOf(const std::string& service, const v1::RouteSettings& settings) {
  // With the service's name, so that settings which are all default have bytes too: that they were
  // set so has to reach the hosts as any change.
  v1::StoredSettings kept;
  kept.set_service(service);
  *kept.mutable_settings() = settings;
  return settings::BytesOf(kept);
}

v1::StoredSettings FromKept(const settings::KeptSettings& kept) {
  v1::StoredSettings stored;
  if (!stored.ParseFromString(kept.bytes)) {
    log::Warning("routing/server", "settings of {}, version {}: not readable, taken as the default",
                 kept.name, kept.version);
    stored.Clear();
  }
  stored.set_service(kept.name);
  stored.mutable_settings();
  stored.set_version(kept.version);
  stored.set_changed_unix_ms(kept.changed_unix_ms);
  stored.set_who_and_why(kept.who_and_why);
  return stored;
}

Status CheckService(const std::string& service) {
  if (settings::IsServiceName(service)) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("service \"{}\": use \"line/service\", as in music/storage", service));
}

Status CheckPut(const v1::PutSettingsRequest& request, const std::string& bytes) {
  if (!request.check_only()) BELLROCK_TRY(settings::CheckReason(request.who_and_why()));
  BELLROCK_TRY(CheckSettings(request.settings()));
  if (bytes.size() <= settings::kSettingsBytesMax) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("settings are {} bytes, at most {} are kept: use fewer rules or shorter lists",
                  bytes.size(), settings::kSettingsBytesMax));
}

Status CheckPoll(const v1::PollSettingsRequest& request) {
  if (static_cast<size_t>(request.known_size()) > kPolledPerCallMax) {
    return InvalidArgumentError(fmt::format("known: {} services in one call, at most {} are taken",
                                            request.known_size(), kPolledPerCallMax));
  }
  if (request.wait_ms() >= 0 && request.wait_ms() <= kPollWaitMsMax) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("wait_ms {}: use 0..{}", request.wait_ms(), kPollWaitMsMax));
}

}  // namespace

// The place that a waiting poll takes, for as long as this lives.
class SettingsDesk::Poller {
 public:
  Poller(SettingsDesk& desk, const v1::PollSettingsRequest& request)
      : desk_(desk), request_(request) {
    ++desk_.waiting_;
    desk_.polled_ += static_cast<size_t>(request_.known_size());
    for (const auto& known : request_.known()) desk_.waiters_[known.service()].insert(&changed);
  }
  ~Poller() {
    --desk_.waiting_;
    desk_.polled_ -= static_cast<size_t>(request_.known_size());
    for (const auto& known : request_.known()) {
      const auto at = desk_.waiters_.find(known.service());
      if (at == desk_.waiters_.end()) continue;  // named twice
      at->second.erase(&changed);
      if (at->second.empty()) desk_.waiters_.erase(at);
    }
  }
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  fiber::Event changed;

 private:
  SettingsDesk& desk_;
  const v1::PollSettingsRequest& request_;
};

SettingsDesk::SettingsDesk(fiber::Environment environment, settings::SettingsStore& store)
    : environment_(environment), store_(store) {
  store_.Listen([this](const std::string& service) { OnChange(service); });
}

SettingsDesk::~SettingsDesk() {
  store_.Listen(nullptr);
}

void SettingsDesk::Stop() {
  stopping_ = true;
  for (const auto& [service, waiters] : waiters_) {
    for (fiber::Event* waiter : waiters) waiter->Set();
  }
}

void SettingsDesk::OnChange(const std::string& service) {
  const auto at = waiters_.find(service);
  if (at == waiters_.end()) return;
  for (fiber::Event* waiter : at->second) waiter->Set();
}

v1::StoredSettings SettingsDesk::Read(std::string_view service) const {
  if (const std::optional<settings::KeptSettings> kept = store_.Get(service))
    return FromKept(*kept);
  v1::StoredSettings never_set;
  never_set.set_service(std::string(service));
  never_set.mutable_settings();
  return never_set;
}

Result<v1::StoredSettings> SettingsDesk::Get(const v1::GetSettingsRequest& request) const {
  BELLROCK_TRY(CheckService(request.service()));
  return Read(request.service());
}

v1::ListSettingsReply SettingsDesk::List() const {
  v1::ListSettingsReply reply;
  store_.ForEach([&](const settings::KeptSettings& kept) {
    v1::StoredSettings stored = FromKept(kept);
    // Reset to the default: kept only so that every host hears of it.
    if (stored.settings().ByteSizeLong() > 0) *reply.add_settings() = std::move(stored);
  });
  return reply;
}

Result<v1::PutSettingsReply> SettingsDesk::Put(ServerContext& context,
                                               const v1::PutSettingsRequest& request) {
  BELLROCK_TRY(CheckService(request.service()));
  const std::string bytes = BytesOf(request.service(), request.settings());
  BELLROCK_TRY(CheckPut(request, bytes));
  v1::PutSettingsReply reply;
  if (request.check_only()) {
    *reply.mutable_stored() = Read(request.service());
    const uint64_t holds = reply.stored().version();
    if (request.expected_version() == 0 || request.expected_version() == holds) return reply;
    return AbortedError(
        fmt::format("settings of {}: version {} holds, not the expected {}: read them again",
                    request.service(), holds, request.expected_version()));
  }
  BELLROCK_ASSIGN(const settings::SettingsStore::Done done,
                  store_.Put(context, {request.service(), bytes, request.who_and_why(),
                                       request.expected_version()}));
  // Not read back: this server may hear of it a moment later than the leader.
  v1::StoredSettings& stored = *reply.mutable_stored();
  stored.set_service(request.service());
  *stored.mutable_settings() = request.settings();
  stored.set_version(done.version);
  stored.set_who_and_why(request.who_and_why());
  stored.set_changed_unix_ms(done.changed_unix_ms);
  return reply;
}

Status SettingsDesk::CheckRoom(const v1::PollSettingsRequest& request) const {
  const size_t polled = polled_ + static_cast<size_t>(request.known_size());
  if (waiting_ < kPollersMax && polled <= kPolledMax) return Status::Ok();
  return ResourceExhaustedError(
      fmt::format("{} polls for {} services wait here, a limit ({}, {}): ask another server",
                  waiting_, polled_, kPollersMax, kPolledMax));
}

void SettingsDesk::FillChanged(const v1::PollSettingsRequest& request,
                               v1::PollSettingsReply& reply) const {
  for (const auto& known : request.known()) {
    const std::optional<settings::KeptSettings> kept = store_.Get(known.service());
    // An older one is no news: this server has yet to hear of what the asker knows.
    if (kept && kept->version > known.version()) *reply.add_changed() = FromKept(*kept);
  }
}

Result<v1::PollSettingsReply> SettingsDesk::Poll(const v1::PollSettingsRequest& request) {
  BELLROCK_TRY(CheckPoll(request));
  v1::PollSettingsReply reply;
  FillChanged(request, reply);
  if (reply.changed_size() > 0 || request.wait_ms() == 0 || stopping_) return reply;
  BELLROCK_TRY(CheckRoom(request));
  Poller poller(*this, request);
  const Time until = environment_.clock.Now() + std::chrono::milliseconds(request.wait_ms());
  while (reply.changed_size() == 0 && !stopping_) {
    const Status waited = poller.changed.Wait(until);
    if (waited.code() == StatusCode::kCancelled) return waited;
    if (!waited.ok()) break;
    poller.changed.Reset();
    FillChanged(request, reply);
  }
  return reply;
}

}  // namespace bellrock::routing::server
