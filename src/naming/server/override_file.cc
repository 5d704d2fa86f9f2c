// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/override_file.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "naming/path.h"
#include "naming/wire_bytes.h"
#include "store/log_files.h"

namespace bellrock::naming::server {
namespace {

constexpr std::string_view kFormat = "bellrock overrides 1";
constexpr size_t kNameBytesMax = 16;
constexpr size_t kServiceBytesMax = 2 * kComponentBytesMax + 1;
constexpr size_t kFileBytesMax = kOverridesMax * (kOverrideWhyBytesMax + 256);

std::string PathIn(const std::string& data_dir) {
  return data_dir + "/overrides";
}

int64_t UnixMsOf(Time time, const Moment& now) {
  const auto from_now = std::chrono::duration_cast<std::chrono::milliseconds>(time - now.now);
  return now.unix_ms + from_now.count();
}

void Keep(const std::string& name, const protect::Override* said, const Moment& now,
          std::vector<KeptOverride>& to) {
  if (said == nullptr) return;
  to.push_back({name, "", said->on, 0, said->who_and_why, UnixMsOf(said->since, now),
                UnixMsOf(said->until, now)});
}

protect::Override SaidAgain(const KeptOverride& kept, const Moment& now) {
  const auto at = [&](int64_t unix_ms) {
    return now.now + std::chrono::milliseconds(unix_ms - now.unix_ms);
  };
  const Time until = std::min(at(kept.until_unix_ms), now.now + protect::OverrideSlot::kLongest);
  return {kept.on, kept.who_and_why, std::min(at(kept.since_unix_ms), now.now), until};
}

KeptOverride ReadOne(ByteReader& in) {
  KeptOverride kept;
  kept.name = in.Text("name", kNameBytesMax);
  kept.service = in.Text("service", kServiceBytesMax);
  kept.on = in.Flag("on");
  kept.percent = static_cast<int32_t>(in.Below("percent", 101));
  kept.who_and_why = in.Text("who_and_why", kOverrideWhyBytesMax);
  kept.since_unix_ms = in.Signed("since_unix_ms");
  kept.until_unix_ms = in.Signed("until_unix_ms");
  return kept;
}

}  // namespace

std::vector<KeptOverride> OverridesToKeep(protect::Protection& protection, const Moment& now) {
  std::vector<KeptOverride> kept;
  Keep("freeze", protection.freeze().override_slot().At(now.now), now, kept);
  Keep("push_pause", protection.push_pause().override_slot().At(now.now), now, kept);
  protection.threshold().ForEachSaid(
      now.now, [&](const std::string& service, int percent, const protect::Override& said) {
        Keep("threshold", &said, now, kept);
        kept.back().service = service;
        kept.back().percent = percent;
      });
  return kept;
}

void RestoreOverrides(const std::vector<KeptOverride>& kept, const Moment& now,
                      protect::Protection& protection) {
  for (const KeptOverride& one : kept) {
    if (one.until_unix_ms <= now.unix_ms) continue;
    protect::Override said = SaidAgain(one, now);
    if (one.name == "freeze") {
      protection.freeze().override_slot().Restore(std::move(said));
    } else if (one.name == "push_pause") {
      protection.push_pause().override_slot().Restore(std::move(said));
    } else if (one.name == "threshold") {
      protection.threshold().Restore(one.service, one.percent, std::move(said));
    }
  }
}

std::string EncodeOverrides(const std::vector<KeptOverride>& kept) {
  ByteWriter out;
  out.Text(kFormat);
  out.Varint(kept.size());
  for (const KeptOverride& one : kept) {
    out.Text(one.name);
    out.Text(one.service);
    out.Flag(one.on);
    out.Varint(static_cast<uint64_t>(one.percent));
    out.Text(one.who_and_why);
    out.Signed(one.since_unix_ms);
    out.Signed(one.until_unix_ms);
  }
  return out.Take();
}

Result<std::vector<KeptOverride>> DecodeOverrides(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.Text("format", kFormat.size()) != kFormat) in.Fail("format", "is not one of ours");
  std::vector<KeptOverride> kept;
  for (uint64_t left = in.Below("words", kOverridesMax + 1); left > 0 && in.ok(); --left) {
    kept.push_back(ReadOne(in));
  }
  if (const Status whole = in.Finish(); !whole.ok())
    return DataLossError(std::string(whole.message()));
  return kept;
}

Result<std::vector<KeptOverride>> LoadOverrides(fiber::Disk& disk, const std::string& data_dir) {
  const std::string path = PathIn(data_dir);
  const Result<std::string> bytes = store::ReadSmallFile(disk, path, kFileBytesMax);
  if (bytes.status().code() == StatusCode::kNotFound) return std::vector<KeptOverride>();
  if (!bytes.ok()) return bytes.status();
  Result<std::vector<KeptOverride>> kept = DecodeOverrides(*bytes);
  if (!kept.ok()) return kept.status().WithContext(path);
  return kept;
}

Status SaveOverrides(fiber::Disk& disk, const std::string& data_dir,
                     const std::vector<KeptOverride>& kept) {
  return store::WriteFileAtomically(disk, PathIn(data_dir), EncodeOverrides(kept));
}

}  // namespace bellrock::naming::server
