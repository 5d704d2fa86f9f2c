// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/address.h"
#include "bellrock/time.h"
#include "fleet.h"

namespace bellrock::bench {

// What a load program is told.
struct LoadOptions {
  std::string registry = "bellrock";  // or etcd, zookeeper
  std::string duty = "register";
  int port = 0;
  int64_t instances = 100'000;
  int64_t per_service = 10;
  int connections = 16;
  int in_flight = 64;
  int batch = 100;  // leases in a message or, without such, renewed together
  int watchers = 1'000;
  int changes = 50;
  double seconds = 3;
  double warmup = 0.5;
  double lease_seconds = 3600;
  double heartbeat_seconds = 3;
  int churn = 100;  // instances that leave, and come, each second

  Address server() const;
  Fleet fleet() const;
  Duration lease() const;
  Duration heartbeat() const;
};

// Ends the program with a reason when the arguments are wrong.
LoadOptions ParseLoadOptions(int argc, char** argv);

}  // namespace bellrock::bench
