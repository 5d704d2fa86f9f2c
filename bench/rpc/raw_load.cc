// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// One message at a time there and back: the ceiling of ./run bench rpc.
#include <unistd.h>

#include "load_meter.h"
#include "load_options.h"
#include "raw_socket.h"

int main(int argc, char** argv) {
  using namespace bellrock::bench;
  const LoadOptions options = ParseLoadOptions(argc, argv);
  const int connection = ConnectToLoopback(options.port);
  {
    RawReader reader(connection);
    LoadMeter meter(options);
    char message[kRawBytes] = {};
    for (Instant begun = LoadMeter::Now(); meter.Running(begun);) {
      SendMessage(connection, message);
      if (!reader.ReadMessage(message)) Fail("the server closed the connection");
      const Instant ended = LoadMeter::Now();
      meter.Add(begun, ended);
      begun = ended;
    }
    meter.Print();
  }
  close(connection);
  return 0;
}
