// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Sends each message of one connection back.
#include <unistd.h>

#include <cstdio>
#include <thread>

#include "raw_socket.h"
#include "server_process.h"

namespace {

void Echo(int listener) {
  const int connection = bellrock::bench::AcceptOne(listener);
  bellrock::bench::RawReader reader(connection);
  char message[bellrock::bench::kRawBytes];
  while (reader.ReadMessage(message)) bellrock::bench::SendMessage(connection, message);
  close(connection);
}

}  // namespace

int main() {
  int port = 0;
  const int listener = bellrock::bench::ListenOnLoopback(&port);
  std::thread([listener] { Echo(listener); }).detach();
  bellrock::bench::ServeUntilInputEnds(port);
  return 0;
}
