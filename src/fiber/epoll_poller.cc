// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/epoll_poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>

#include "base/check.h"
#include "fiber/socket.h"

namespace bellrock::fiber {
namespace {

// Events taken from the kernel per turn.
constexpr int kEventsPerPoll = 256;
// A wait is never longer, so that the arithmetic stays in range.
constexpr Duration kWaitMax = std::chrono::hours(1);

int WaitForEvents(int epoll, std::span<epoll_event> events, Duration wait) {
  const int count = static_cast<int>(events.size());
  if (wait <= Duration::zero()) return epoll_wait(epoll, events.data(), count, 0);
  static std::atomic<bool> has_pwait2{true};  // Linux 5.11
  if (has_pwait2.load(std::memory_order_relaxed)) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
    const timespec timeout{seconds.count(), (wait - seconds).count()};
    const int ready = epoll_pwait2(epoll, events.data(), count, &timeout, nullptr);
    if (ready >= 0 || errno != ENOSYS) return ready;
    has_pwait2.store(false, std::memory_order_relaxed);
  }
  const auto rounded_up = std::chrono::ceil<std::chrono::milliseconds>(wait);
  return epoll_wait(epoll, events.data(), count, static_cast<int>(rounded_up.count()));
}

}  // namespace

EpollPoller::EpollPoller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), interrupt_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  BELLROCK_CHECK(epoll_ >= 0 && interrupt_ >= 0,
                 "no file descriptors left for a loop; raise ulimit -n");
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;
  BELLROCK_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, interrupt_, &event) == 0,
                 "epoll refused the loop's own eventfd");
}

EpollPoller::~EpollPoller() {
  close(interrupt_);
  close(epoll_);
}

void EpollPoller::Poll(Loop& loop, Time until) {
  Duration wait = Duration::zero();
  if (until == kNever) {
    wait = kWaitMax;
  } else if (until > loop.turn_time()) {
    wait = std::min(until - loop.turn_time(), kWaitMax);
  }
  std::array<epoll_event, kEventsPerPoll> events;
  const int ready = WaitForEvents(epoll_, events, wait);
  // No fiber runs in here, so no watch of this batch can die before its turn.
  for (int i = 0; i < ready; ++i) {
    auto* watch = static_cast<IoWatch*>(events[i].data.ptr);
    if (watch == nullptr) continue;
    const uint32_t flags = events[i].events;
    if (flags & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) watch->ended = true;
    if (flags & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
      watch->may_read = true;
      watch->readable.WakeAll();
    }
    if (flags & (EPOLLOUT | EPOLLHUP | EPOLLERR)) watch->writable.WakeAll();
  }
}

void EpollPoller::Interrupt() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(interrupt_, &one, sizeof(one));
}

Status EpollPoller::Watch(int descriptor, IoWatch& watch) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watch;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0) return Status::Ok();
  return NetworkError("epoll", errno);
}

Result<EpollPoller*> EpollPoller::Current() {
  Loop* loop = Loop::Current();
  if (loop == nullptr) {
    return FailedPreconditionError(
        "sockets belong to a loop: open them inside a fiber or with RunOn, not on a plain thread");
  }
  auto* poller = dynamic_cast<EpollPoller*>(&loop->poller());
  if (poller == nullptr) {
    return FailedPreconditionError("real sockets in a simulated loop; use World::Host");
  }
  return poller;
}

}  // namespace bellrock::fiber
