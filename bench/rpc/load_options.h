// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace bellrock::bench {

enum class Slow { kNone, kBurn, kBlock };

// What a load program is told; the same flags for every framework.
struct LoadOptions {
  int port = 0;
  std::string protocol = "native";  // or grpc: what our own client speaks
  int concurrency = 1;              // calls in flight
  int connections = 1;              // used in turn
  int payload_bytes = 16;
  double seconds = 1;  // measured
  double warmup = 0.3;
  double rate = 0;          // calls per second on a schedule; 0 = a call follows a call
  Slow slow = Slow::kNone;  // what every kSlowEvery-th call asks of its handler
  bool idle = false;        // opens the connections and holds them until its input ends

  // A connection for each call in flight.
  bool pooled() const { return connections > 1 && connections == concurrency; }
};

constexpr int kSlowEvery = 100;

// Ends the program with a reason when the arguments are wrong.
LoadOptions ParseLoadOptions(int argc, char** argv);

}  // namespace bellrock::bench
