// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/protection_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "naming/server/override_file.h"

namespace bellrock::naming::server {
namespace {

using Request = v1::OverrideProtectionRequest;

constexpr Duration kLastsDefault = std::chrono::hours(1);
constexpr std::chrono::hours kLongest(24);

int64_t Ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

void AddOverride(const std::string& name, const protect::Override* said, Time now,
                 OverrideRows& to) {
  if (said == nullptr) return;
  v1::Override& row = *to.Add();
  row.set_name(name);
  row.set_on(said->on);
  row.set_who_and_why(said->who_and_why);
  row.set_since_ms(Ms(now - said->since));
  row.set_left_ms(Ms(said->until - now));
}

Status Check(const Request& request) {
  if (request.word() == Request::WORD_UNSPECIFIED) {
    return InvalidArgumentError("word is missing: say ON, OFF or CLEAR");
  }
  if (request.who_and_why().empty() || request.who_and_why().size() > kOverrideWhyBytesMax) {
    return InvalidArgumentError(
        fmt::format("who_and_why has {} bytes: say in 1..{} who you are and why",
                    request.who_and_why().size(), kOverrideWhyBytesMax));
  }
  if (request.lasts_ms() < 0) {
    return InvalidArgumentError(
        fmt::format("lasts_ms {}: use 1..86400000, or 0 for an hour", request.lasts_ms()));
  }
  if (request.name() != "threshold") return Status::Ok();
  if (request.service().empty()) {
    return InvalidArgumentError("service is missing: name the \"line/service\" of the threshold");
  }
  if (const auto target = Target::Parse(request.service()); !target.ok() || !target->is_service) {
    return InvalidArgumentError(fmt::format(
        "service \"{}\": write \"line/service\", as in music/catalog", request.service()));
  }
  const bool on = request.word() == Request::WORD_ON;
  if (on && (request.percent() < 1 || request.percent() > 100)) {
    return InvalidArgumentError(fmt::format("percent {}: use 1..100", request.percent()));
  }
  return Status::Ok();
}

Duration LastsOf(const Request& request) {
  if (request.lasts_ms() == 0) return kLastsDefault;
  constexpr int64_t kLongestMs = std::chrono::milliseconds(kLongest).count();
  return std::chrono::milliseconds(std::min(request.lasts_ms(), kLongestMs));
}

void Set(protect::OverrideSlot& slot, const Request& request, Duration lasts, Time now) {
  if (request.word() == Request::WORD_CLEAR) return slot.Clear();
  slot.Set(request.word() == Request::WORD_ON, request.who_and_why(), lasts, now);
}

// The other two words have their places besides.
bool HasRoom(const protect::Threshold& threshold, const std::string& service, Time now) {
  size_t others = 0;
  threshold.ForEachSaid(now, [&](const std::string& said, int, const protect::Override&) {
    others += said != service ? 1 : 0;
  });
  return others + 2 < kOverridesMax;
}

Status SetThreshold(protect::Threshold& threshold, const Request& request, Duration lasts,
                    Time now) {
  const bool cleared = request.word() == Request::WORD_CLEAR;
  if (!cleared && !HasRoom(threshold, request.service(), now)) {
    return ResourceExhaustedError(fmt::format(
        "operators' words are kept for {} protections, the limit: clear some", kOverridesMax));
  }
  const int percent = request.word() == Request::WORD_ON ? request.percent() : 0;
  if (threshold.SetPercent(request.service(),
                           cleared ? protect::Threshold::kPercentDefault : percent,
                           request.who_and_why(), cleared ? Duration{0} : lasts, now)) {
    return Status::Ok();
  }
  return ResourceExhaustedError(fmt::format("thresholds are set for {} services, the limit",
                                            protect::Threshold::kServicesMax));
}

}  // namespace

void FillProtections(protect::Protection& protection, Time now, ProtectionRows& to) {
  for (const protect::Protection::Active& active : protection.ActiveAt(now)) {
    v1::Protection& row = *to.Add();
    row.set_name(active.name);
    row.set_subject(active.subject);
    row.set_reason(active.reason);
    row.set_since_ms(Ms(now - active.since));
  }
}

void FillOverrides(protect::Protection& protection, Time now, OverrideRows& to) {
  AddOverride("freeze", protection.freeze().override_slot().At(now), now, to);
  AddOverride("push_pause", protection.push_pause().override_slot().At(now), now, to);
  protection.threshold().ForEachSaid(
      now, [&](const std::string& service, int percent, const protect::Override& said) {
        if (to.size() >= static_cast<int>(protect::Protection::kActiveMax)) return;
        AddOverride("threshold", &said, now, to);
        v1::Override& row = *to.Mutable(to.size() - 1);
        row.set_service(service);
        row.set_percent(percent);
      });
}

Status SayToProtection(protect::Protection& protection, const Request& request, Time now) {
  BELLROCK_TRY(Check(request));
  const Duration lasts = LastsOf(request);
  if (request.name() == "freeze") {
    Set(protection.freeze().override_slot(), request, lasts, now);
  } else if (request.name() == "push_pause") {
    Set(protection.push_pause().override_slot(), request, lasts, now);
  } else if (request.name() == "threshold") {
    return SetThreshold(protection.threshold(), request, lasts, now);
  } else {
    return InvalidArgumentError(
        fmt::format("name \"{}\": use freeze, threshold or push_pause", request.name()));
  }
  return Status::Ok();
}

}  // namespace bellrock::naming::server
