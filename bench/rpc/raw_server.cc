// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Sends each message back on its connection.
#include <unistd.h>

#include <thread>

#include "raw_socket.h"
#include "server_process.h"

namespace {

using namespace bellrock::bench;

void Echo(int connection) {
  char message[kRawBytes];
  const RawRead read = ReadMessage(connection, message);
  if (read == RawRead::kMessage) SendMessage(connection, message);
  if (read == RawRead::kClosed) close(connection);
}

[[noreturn]] void Serve(int listener) {
  RawPoller poller;
  poller.Add(listener);
  for (;;) {
    for (const int ready : poller.Wait()) {
      if (ready != listener) {
        Echo(ready);
        continue;
      }
      for (int taken = AcceptOne(listener); taken >= 0; taken = AcceptOne(listener)) {
        poller.Add(taken);
      }
    }
  }
}

}  // namespace

int main() {
  int port = 0;
  const int listener = ListenOnLoopback(&port);
  std::thread([listener] { Serve(listener); }).detach();
  ServeUntilInputEnds(port);
  return 0;
}
