// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "naming/protect/protection.h"
#include "naming/registry.h"

// What operators said about protections, kept until its time is over, so that a server that starts
// again still obeys. Binary, in wall-clock time; damaged it costs the words and nothing else.
namespace bellrock::naming::server {

// Words kept at a time; beyond it new ones are refused (protection_words.h).
inline constexpr size_t kOverridesMax = 1000;
inline constexpr size_t kOverrideWhyBytesMax = 512;

struct KeptOverride {
  std::string name;     // "freeze", "push_pause", "threshold"
  std::string service;  // of a threshold
  bool on = false;
  int32_t percent = 0;  // of a threshold
  std::string who_and_why;
  int64_t since_unix_ms = 0;
  int64_t until_unix_ms = 0;

  friend bool operator==(const KeptOverride&, const KeptOverride&) = default;
};

// Those that hold now.
std::vector<KeptOverride> OverridesToKeep(protect::Protection& protection, const Moment& now);
// Says them again, without those that are over; each for 24 h at most, whatever became of the
// clock.
void RestoreOverrides(const std::vector<KeptOverride>& kept, const Moment& now,
                      protect::Protection& protection);

std::string EncodeOverrides(const std::vector<KeptOverride>& kept);
// kDataLoss with what is wrong.
Result<std::vector<KeptOverride>> DecodeOverrides(std::string_view bytes);

// Block. A file that is not there is an empty one.
Result<std::vector<KeptOverride>> LoadOverrides(fiber::Disk& disk, const std::string& data_dir);
Status SaveOverrides(fiber::Disk& disk, const std::string& data_dir,
                     const std::vector<KeptOverride>& kept);

}  // namespace bellrock::naming::server
