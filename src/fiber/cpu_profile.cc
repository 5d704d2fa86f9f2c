// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <execinfo.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <map>
#include <memory>

#include "fiber/fiber.h"
#include "fiber/profile.h"
#include "fiber/symbols.h"

namespace bellrock::fiber {
namespace {

constexpr size_t kDepthMax = 64;
constexpr size_t kSamplesMax = 20'000;
// Frames of the interruption itself: the handler and the kernel's return.
constexpr size_t kOwnFrames = 2;

struct Sample {
  int depth;
  std::array<void*, kDepthMax> frames;
};

// What the signal handler writes to. Fixed before the timer starts; a handler takes a sample of its
// own by one atomic add.
struct Recording {
  std::unique_ptr<Sample[]> samples = std::make_unique<Sample[]>(kSamplesMax);
  std::atomic<size_t> taken{0};
};

std::atomic<bool> g_busy{false};
std::atomic<Recording*> g_recording{nullptr};
// Threads inside OnSignal: counted before they look at the recording, so that it can be freed when
// none is left.
std::atomic<int> g_handlers{0};

// On whatever thread and fiber the timer hits. Allocates nothing: backtrace() was called once
// before, which loaded what it needs.
void OnSignal(int) {
  const int saved = errno;
  g_handlers.fetch_add(1, std::memory_order_seq_cst);
  if (Recording* recording = g_recording.load(std::memory_order_seq_cst)) {
    const size_t index = recording->taken.fetch_add(1, std::memory_order_relaxed);
    if (index < kSamplesMax) {
      Sample& sample = recording->samples[index];
      sample.depth = ::backtrace(sample.frames.data(), kDepthMax);
    }
  }
  g_handlers.fetch_sub(1, std::memory_order_seq_cst);
  errno = saved;
}

void SetTimer(int hertz) {
  itimerval timer{};
  if (hertz > 0) timer.it_interval.tv_usec = timer.it_value.tv_usec = 1'000'000 / hertz - 1;
  ::setitimer(ITIMER_PROF, &timer, nullptr);
}

Profile Fold(const Recording& recording, Duration time, int hertz) {
  const size_t taken = recording.taken.load();
  Profile profile{.time = time, .hertz = hertz, .samples = taken, .dropped = 0, .stacks = {}};
  const size_t kept = std::min(taken, kSamplesMax);
  profile.dropped = taken - kept;
  Symbols symbols;
  std::map<std::vector<std::string>, uint64_t> stacks;
  for (size_t i = 0; i < kept; ++i) {
    const Sample& sample = recording.samples[i];
    std::vector<std::string> frames;
    for (int k = sample.depth - 1; k >= static_cast<int>(kOwnFrames); --k) {
      frames.push_back(symbols.NameOf(sample.frames[static_cast<size_t>(k)]));
    }
    if (!frames.empty()) ++stacks[std::move(frames)];
  }
  for (const auto& [frames, count] : stacks) profile.stacks.push_back({frames, count, 0});
  std::stable_sort(
      profile.stacks.begin(), profile.stacks.end(),
      [](const ProfileStack& a, const ProfileStack& b) { return a.samples > b.samples; });
  return profile;
}

}  // namespace

Result<Profile> ProfileCpu(Duration time, int hertz) {
  if (hertz < 1 || hertz > 1000) {
    return InvalidArgumentError("hertz " + std::to_string(hertz) + ": must be 1..1000");
  }
  if (g_busy.exchange(true)) {
    return FailedPreconditionError("a CPU profile is being taken; wait for it to end");
  }
  Sample warm_up;
  (void)::backtrace(warm_up.frames.data(), kDepthMax);
  auto recording = std::make_unique<Recording>();
  struct sigaction action {};
  struct sigaction previous {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGPROF, &action, &previous);
  g_recording.store(recording.get());
  SetTimer(hertz);
  const Status slept = SleepFor(time);
  SetTimer(0);
  g_recording.store(nullptr);
  while (g_handlers.load() != 0) {
  }
  // The default action of a late signal would end the process.
  if (previous.sa_handler == SIG_DFL) previous.sa_handler = SIG_IGN;
  ::sigaction(SIGPROF, &previous, nullptr);
  g_busy.store(false);
  BELLROCK_TRY(slept);
  return Fold(*recording, time, hertz);
}

std::string FoldedText(const Profile& profile, bool bytes) {
  std::string text;
  for (const ProfileStack& stack : profile.stacks) {
    for (size_t i = 0; i < stack.frames.size(); ++i) {
      if (i > 0) text += ';';
      for (const char byte : stack.frames[i]) text += byte == ';' || byte == ' ' ? '_' : byte;
    }
    text += ' ' + std::to_string(bytes ? stack.bytes : stack.samples) + '\n';
  }
  return text;
}

}  // namespace bellrock::fiber
