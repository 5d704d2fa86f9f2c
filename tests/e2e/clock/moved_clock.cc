// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Preloaded into a server by clock_test.py: its clocks are those of the machine, moved by what
// stands in the file that BELLROCK_TEST_CLOCK names, two 64-bit numbers of nanoseconds, for the
// wall clock and for the monotonic one. The file is mapped, so that the test moves a running
// server's clocks by writing to it.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

constexpr int64_t kSecond = 1'000'000'000;

struct Moved {
  std::atomic<int64_t> wall;
  std::atomic<int64_t> monotonic;
};

// nullptr: no such file, clocks are as they are.
const Moved* Map() {
  const char* path = std::getenv("BELLROCK_TEST_CLOCK");
  const int descriptor = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  void* mapped = mmap(nullptr, sizeof(Moved), PROT_READ, MAP_SHARED, descriptor, 0);
  close(descriptor);
  return mapped == MAP_FAILED ? nullptr : static_cast<const Moved*>(mapped);
}

int64_t By(clockid_t clock) {
  static const Moved* const moved = Map();
  if (moved == nullptr) return 0;
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) return moved->wall;
  if (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE) return moved->monotonic;
  return 0;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const auto failed = static_cast<int>(syscall(SYS_clock_gettime, clock, now));
  if (failed != 0) return failed;
  const int64_t moved = now->tv_sec * kSecond + now->tv_nsec + By(clock);
  now->tv_sec = moved / kSecond;
  now->tv_nsec = moved % kSecond;
  return 0;
}
