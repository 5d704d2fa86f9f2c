// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/signals.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/check.h"

namespace bellrock::fiber {

TerminationSignals::TerminationSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  BELLROCK_CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0, "cannot block signals");
  signal_fd_ = signalfd(-1, &set, SFD_CLOEXEC);
  event_fd_ = eventfd(0, EFD_CLOEXEC);
  BELLROCK_CHECK(signal_fd_ >= 0 && event_fd_ >= 0, "out of file descriptors at start");
}

TerminationSignals::~TerminationSignals() {
  close(signal_fd_);
  close(event_fd_);
}

int TerminationSignals::Wait() {
  pollfd fds[2] = {{signal_fd_, POLLIN, 0}, {event_fd_, POLLIN, 0}};
  while (poll(fds, 2, -1) < 0 && errno == EINTR) {
  }
  return (fds[0].revents & POLLIN) == 0 ? 0 : Take();
}

int TerminationSignals::Pending() {
  pollfd fd{signal_fd_, POLLIN, 0};
  if (pending_ == 0 && poll(&fd, 1, 0) > 0) pending_ = Take();
  return pending_;
}

int TerminationSignals::Take() {
  signalfd_siginfo received{};
  if (read(signal_fd_, &received, sizeof received) != sizeof received) return 0;
  return static_cast<int>(received.ssi_signo);
}

void TerminationSignals::Interrupt() {
  uint64_t one = 1;
  [[maybe_unused]] ssize_t written = write(event_fd_, &one, sizeof one);
}

}  // namespace bellrock::fiber
