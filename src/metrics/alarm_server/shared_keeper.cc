// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/shared_keeper.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/log.h"
#include "fiber/unix_time.h"
#include "metrics/alarm/bounds.h"
#include "metrics/alarm/shared_state.h"
#include "rpc/compression.h"
#include "settings/settings_rules.h"

namespace bellrock::metrics::alarm_server {
namespace {

constexpr int64_t kMsPerSecond = 1000;
constexpr size_t kStateBytesMax = size_t{16} << 20;
constexpr size_t kHeadBytes = 512;  // of a document, for all but what is packed
constexpr size_t kPartBytes = settings::kSettingsBytesMax - kHeadBytes;
constexpr char kWhy[] = "alarms: what fires and who was told, for the next evaluator";

// Of words that nobody called for.
struct OwnContext final : ServerContext {
  std::string_view caller() const override { return ""; }
  std::string_view peer() const override { return ""; }
  Time deadline() const override { return kNever; }
  bool cancelled() const override { return false; }
  int attempt() const override { return 0; }
};

Result<std::string> PackedBytes(const v1::AlarmState& state) {
  std::string packed;
  BELLROCK_TRY(rpc::Pack(Compression::kZstd, settings::BytesOf(state), &packed));
  return packed;
}

// As much as fits of what need not be there.
Result<std::string> FittingBytes(const v1::AlarmState& state) {
  for (size_t history = alarm::kSharedHistory; history > 0; history /= 2) {
    BELLROCK_ASSIGN(std::string packed, PackedBytes(alarm::SharedPart(state, history)));
    if (packed.size() <= alarm::kSharedBytes) return packed;
  }
  v1::AlarmState least = alarm::SharedPart(state, 0);
  BELLROCK_ASSIGN(std::string packed, PackedBytes(least));
  if (packed.size() <= alarm::kSharedParts * kPartBytes) return packed;
  alarm::DropBreakdowns(least);
  return PackedBytes(least);
}

}  // namespace

SharedKeeper::SharedKeeper(fiber::Environment environment, settings::SettingsStore& shared,
                           alarm_sender::StateKeeper& own, const std::string& site)
    : environment_(environment), shared_(shared), own_(own), site_(site) {}

int64_t SharedKeeper::Now() {
  return fiber::UnixMs(environment_.clock) / kMsPerSecond;
}

std::string SharedKeeper::HeadName() const {
  return "alarms/" + site_;
}

std::string SharedKeeper::PartName(uint32_t shelf, size_t part) const {
  return fmt::format("alarms-{}-{}/{}", shelf, part, site_);
}

Result<v1::AlarmState> SharedKeeper::Unpack(const std::string& bytes) const {
  v1::AlarmStateDocument head;
  if (!head.ParseFromString(bytes)) return DataLossError("shared state of alarms is not readable");
  std::string packed = head.packed();
  for (int i = 0; i < head.part_versions_size(); ++i) {
    const auto part = shared_.Get(PartName(head.shelf(), static_cast<size_t>(i)));
    if (!part || part->version != head.part_versions(i)) {
      return UnavailableError(fmt::format("shared state of alarms: part {} of {} is not here yet",
                                          i + 1, head.part_versions_size()));
    }
    packed += part->bytes;
  }
  std::string state;
  BELLROCK_TRY(
      rpc::Unpack(static_cast<uint32_t>(Compression::kZstd), packed, kStateBytesMax, &state)
          .WithContext("shared state of alarms"));
  v1::AlarmState unpacked;
  if (unpacked.ParseFromString(state)) return unpacked;
  return DataLossError("shared state of alarms is not readable");
}

Result<v1::AlarmState> SharedKeeper::Shared() const {
  const std::optional<settings::KeptSettings> head = shared_.Get(HeadName());
  if (!head || head->bytes.empty()) return v1::AlarmState();
  return Unpack(head->bytes);
}

Result<v1::AlarmState> SharedKeeper::Load() {
  const std::optional<settings::KeptSettings> head = shared_.Get(HeadName());
  Result<v1::AlarmState> shared = Shared();
  // Alarms must not end for good with a part that never comes.
  if (!shared.ok() && ++unreadable_ < kTriesMax) return shared.status();
  if (!shared.ok()) {
    log::Error("metrics/alarms", "{}; evaluation begins without it, alarms may be told once more",
               shared.status().ToString());
    shared = v1::AlarmState();
  }
  unreadable_ = 0;
  version_ = head ? head->version : 0;
  v1::AlarmStateDocument known;
  if (head && known.ParseFromString(head->bytes)) shelf_ = known.shelf();
  essence_.clear();
  BELLROCK_ASSIGN(const v1::AlarmState own, own_.Load());
  return alarm::Joined(*shared, own);
}

Status SharedKeeper::Save(const v1::AlarmState& next) {
  const std::string essence = alarm::EssenceOf(next);
  if (essence != essence_ || Now() >= shared_at_ + alarm::kSharedRefreshSeconds) {
    // After an error it may be shared or not.
    essence_.clear();
    BELLROCK_TRY(Share(next).WithContext("sharing the state of alarms"));
    essence_ = essence;
    shared_at_ = Now();
  }
  return own_.Save(next);
}

Result<SharedKeeper::Packed> SharedKeeper::Pack(const v1::AlarmState& next) {
  Packed packed;
  packed.head.set_epoch(next.epoch());
  packed.head.set_holder(next.holder());
  BELLROCK_ASSIGN(std::string bytes, FittingBytes(next));
  if (bytes.size() <= kPartBytes) {
    packed.head.set_packed(std::move(bytes));
    return packed;
  }
  for (size_t at = 0; at < bytes.size(); at += kPartBytes) {
    packed.parts.push_back(bytes.substr(at, kPartBytes));
  }
  if (packed.parts.size() <= alarm::kSharedParts) return packed;
  return ResourceExhaustedError(
      fmt::format("{} alarms that fire take {} bytes, at most {} are "
                  "shared: give rules for fewer groups",
                  next.firings_size(), bytes.size(), alarm::kSharedParts * kPartBytes));
}

Status SharedKeeper::Share(const v1::AlarmState& next) {
  BELLROCK_ASSIGN(Packed packed, Pack(next));
  const uint32_t shelf = packed.parts.empty() ? shelf_ : 1 - shelf_;
  packed.head.set_shelf(shelf);
  for (size_t i = 0; i < packed.parts.size(); ++i) {
    BELLROCK_ASSIGN(const uint64_t version, Put(PartName(shelf, i), packed.parts[i], 0));
    packed.head.add_part_versions(version);
  }
  BELLROCK_ASSIGN(version_, Put(HeadName(), packed.head.SerializeAsString(), version_));
  shelf_ = shelf;
  return Status::Ok();
}

Result<uint64_t> SharedKeeper::Put(const std::string& name, const std::string& bytes,
                                   uint64_t expected) {
  OwnContext context;
  BELLROCK_ASSIGN(const settings::SettingsStore::Done done,
                  shared_.Put(context, {name, bytes, kWhy, expected}));
  return done.version;
}

}  // namespace bellrock::metrics::alarm_server
