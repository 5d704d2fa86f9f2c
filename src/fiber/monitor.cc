// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/monitor.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <ctime>

#include "base/check.h"
#include "base/immortal.h"
#include "fiber/clock.h"
#include "fiber/crew.h"

namespace bellrock::fiber {
namespace {

// Ticks without user code in any loop before the monitor goes to sleep.
constexpr int kQuietTicks = 20;
constexpr Duration kTickMax = std::chrono::milliseconds(10);
constexpr Duration kForever = Duration::max();

}  // namespace

Monitor& Monitor::Get() {
  static Immortal<Monitor> monitor;
  return *monitor;
}

Monitor::Monitor() : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  BELLROCK_CHECK(wake_ >= 0, "no file descriptors left for the monitor; raise ulimit -n");
}

Monitor::~Monitor() {
  close(wake_);
}

void Monitor::Add(Crew& crew) {
  std::lock_guard membership(membership_);
  std::lock_guard lock(mutex_);
  crews_.push_back(&crew);
  ended_ = false;
  if (!thread_.joinable()) thread_ = std::thread([this] { Main(); });
}

void Monitor::Remove(Crew& crew) {
  std::lock_guard membership(membership_);
  {
    std::lock_guard lock(mutex_);
    std::erase(crews_, &crew);
    if (!crews_.empty()) return;
    ended_ = true;
  }
  Signal();
  thread_.join();
}

void Monitor::Wake() {
  if (sleeping.exchange(false, std::memory_order_acq_rel)) Signal();
}

void Monitor::Signal() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof(one));
}

// Between raising `sleeping` and sleeping lies one more tick and one more look. A thread that read
// the old flag wrote its loop's word before, and its processor has long made that visible by then;
// so the hot side needs no fence.
void Monitor::Main() {
  pthread_setname_np(pthread_self(), "loop-monitor");
  int quiet = 0;
  Duration tick = kTickMax;
  for (bool active = false; Look(tick, active);) {
    quiet = active ? 0 : quiet + 1;
    if (quiet <= kQuietTicks) {
      sleeping.store(quiet == kQuietTicks, std::memory_order_seq_cst);
      Wait(tick);
    } else {
      Wait(kForever);
      quiet = 0;
    }
  }
  sleeping.store(false, std::memory_order_relaxed);
  reporter_.Finish();
}

bool Monitor::Look(Duration& tick, bool& active) {
  std::lock_guard lock(mutex_);
  if (ended_) return false;
  const Time now = RealClock().Now();
  active = reporter_.busy();
  tick = kTickMax;
  for (Crew* crew : crews_) {
    active |= crew->Watch(now, reporter_);
    tick = std::min(tick, crew->tick());
  }
  reporter_.Look(now);
  return true;
}

void Monitor::Wait(Duration longest) {
  pollfd waited{wake_, POLLIN, 0};
  const timespec timeout{0, longest == kForever ? 0 : longest.count()};
  if (ppoll(&waited, 1, longest == kForever ? nullptr : &timeout, nullptr) <= 0) return;
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t taken = read(wake_, &count, sizeof(count));
}

}  // namespace bellrock::fiber
