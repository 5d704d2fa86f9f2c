// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// One message at a time there and back on each connection: the ceiling of ./run bench rpc.
#include <unistd.h>

#include <map>
#include <utility>

#include "load_meter.h"
#include "load_options.h"
#include "raw_socket.h"

namespace {

using namespace bellrock::bench;

// Begins a message on each connection, then one for each that has come back.
void PingPong(RawPoller& poller, std::map<int, Instant>& begun, LoadMeter& meter) {
  char message[kRawBytes] = {};
  for (auto& [connection, since] : begun) {
    since = LoadMeter::Now();
    SendMessage(connection, message);
  }
  for (;;) {
    for (const int ready : poller.Wait()) {
      const RawRead read = ReadMessage(ready, message);
      if (read == RawRead::kClosed) Fail("the server closed the connection");
      if (read == RawRead::kNothing) continue;
      const Instant now = LoadMeter::Now();
      meter.Add(std::exchange(begun[ready], now), now);
      if (!meter.Running(now)) return;
      SendMessage(ready, message);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const LoadOptions options = ParseLoadOptions(argc, argv);
  RawPoller poller;
  std::map<int, Instant> begun;
  for (int i = 0; i < options.connections; ++i) {
    const int connection = ConnectToLoopback(options.port);
    poller.Add(connection);
    begun[connection] = {};
  }
  LoadMeter meter(options);
  PingPong(poller, begun, meter);
  meter.Print();
  for (const auto& [connection, since] : begun) close(connection);
  return 0;
}
