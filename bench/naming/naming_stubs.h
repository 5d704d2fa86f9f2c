// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/address.h"
#include "bellrock/naming/v1/naming.bellrock.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "fleet.h"
#include "rpc/client.h"

namespace bellrock::bench {

// Connections to one server, used in turn. Lives on one loop.
class RpcConnections {
 public:
  RpcConnections(fiber::Environment environment, const Address& server, int count,
                 Protocol protocol);
  size_t size() const { return clients_.size(); }
  rpc::Client& operator[](size_t i) { return *clients_[i % clients_.size()]; }

 private:
  rpc::FixedEndpoints endpoints_;
  std::vector<std::unique_ptr<rpc::Client>> clients_;
};

// Our registry over such connections.
class NamingStubs {
 public:
  NamingStubs(fiber::Environment environment, const Address& server, int connections)
      : connections_(environment, server, connections, Protocol::kNative) {}
  naming::v1::NamingStub operator[](size_t i) { return naming::v1::NamingStub(connection(i)); }
  rpc::Client& connection(size_t i) { return connections_[i]; }

 private:
  RpcConnections connections_;
};

naming::v1::RegisterRequest RegistrationOf(const Fleet& fleet, int64_t n, Duration lease);
naming::v1::HeartbeatRequest HeartbeatOf(const Fleet& fleet, std::span<const int64_t> instances);

}  // namespace bellrock::bench
