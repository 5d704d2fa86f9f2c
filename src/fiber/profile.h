// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"

// Profiles of the running process, taken on demand and cheap when not. One of each at a time.
namespace bellrock::fiber {

// One stack with what was found there, outermost function first.
struct ProfileStack {
  std::vector<std::string> frames;
  uint64_t samples = 0;  // CPU: samples; heap: allocations
  uint64_t bytes = 0;    // heap only
};

struct Profile {
  Duration time{0};
  int hertz = 0;                     // CPU only
  uint64_t samples = 0;              // in all
  uint64_t dropped = 0;              // beyond the bound
  std::vector<ProfileStack> stacks;  // most first
};

// "main;Run;Handle 12" a line, the form flame graph tools read. `bytes` instead of samples for a
// heap profile.
std::string FoldedText(const Profile& profile, bool bytes);

// Where the process spends its CPU time: a timer interrupts whatever thread runs, `hertz` times per
// second of CPU time (1..1000), and notes its stack. Blocks the calling fiber for `time`.
// kFailedPrecondition if one is being taken already.
Result<Profile> ProfileCpu(Duration time, int hertz = 99);

// What was allocated during `time` and not freed by its end, by the stack that asked for it. Needs
// the allocator of gperftools, which our programs are linked with; kUnimplemented without it.
Result<Profile> ProfileHeap(Duration time);

// What the allocator holds, as text; "" if it tells nothing.
std::string AllocatorText();

}  // namespace bellrock::fiber
