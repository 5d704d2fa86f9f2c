// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace bellrock::routing::proxy {

// What a proxy did for one service, on one loop or on all.
struct ServiceCounts {
  uint64_t connections = 0;  // tunnels: of a TCP port, and what went over to another protocol
  uint64_t requests = 0;     // of HTTP
  uint64_t failed = 0;       // answered 5xx, by the instance or for it; tunnels to nobody
  uint64_t tries_again = 0;  // beyond the first, on another instance or connection
  uint64_t bytes_to_instances = 0;
  uint64_t bytes_to_clients = 0;

  void Add(const ServiceCounts& other) {
    connections += other.connections;
    requests += other.requests;
    failed += other.failed;
    tries_again += other.tries_again;
    bytes_to_instances += other.bytes_to_instances;
    bytes_to_clients += other.bytes_to_clients;
  }
};

struct NamedCounts {
  std::string service;
  ServiceCounts counts;
};

}  // namespace bellrock::routing::proxy
