// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace bellrock::bench {

// The ceiling: what a loop of epoll_wait, recv and send can do on this machine, with nothing above
// the sockets. One message of kRawBytes is in flight on a connection.
constexpr size_t kRawBytes = 32;

// A listening socket of 127.0.0.1 and its port. It does not block.
int ListenOnLoopback(int* port);
// Blocking connect; the socket does not block afterwards.
int ConnectToLoopback(int port);
// Takes one connection, which does not block; -1 if none waits.
int AcceptOne(int listener);

// Says which sockets have become readable.
class RawPoller {
 public:
  RawPoller();
  ~RawPoller();
  RawPoller(const RawPoller&) = delete;
  RawPoller& operator=(const RawPoller&) = delete;

  void Add(int socket);
  // Blocks. Valid until the next call.
  std::span<const int> Wait();

 private:
  static constexpr size_t kAtOnce = 128;

  const int epoll_;
  std::array<int, kAtOnce> ready_{};
};

enum class RawRead { kMessage, kNothing, kClosed };

// One recv(): a message of this size comes whole.
RawRead ReadMessage(int socket, char* message);
// The kernel takes it whole, for no other is in flight.
void SendMessage(int socket, const char* message);

}  // namespace bellrock::bench
