// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace bellrock::bench {

// The ceiling: what a loop of epoll_wait, recv and send can do on this machine, with nothing above
// the sockets. One message of kRawBytes is in flight.
constexpr size_t kRawBytes = 32;

// A listening socket of 127.0.0.1 and its port.
int ListenOnLoopback(int* port);
// Blocking connect; the socket does not block afterwards.
int ConnectToLoopback(int port);
// Takes one connection; the socket does not block.
int AcceptOne(int listener);

// Waits with epoll and reads, until one message is complete; false when the peer closed.
class RawReader {
 public:
  explicit RawReader(int socket);
  ~RawReader();
  RawReader(const RawReader&) = delete;
  RawReader& operator=(const RawReader&) = delete;

  bool ReadMessage(char* message);

 private:
  const int socket_;
  const int epoll_;
};

// Sends one message; the kernel takes it whole, for no other is in flight.
void SendMessage(int socket, const char* message);

}  // namespace bellrock::bench
