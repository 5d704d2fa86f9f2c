// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/address.h"
#include "fiber/environment.h"
#include "rpc/client.h"
#include "rpc/client/client_transport.h"
#include "rpc/client/connect_backoff.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::rpc {

// The connections of a client, by address: makes them when they are needed, shares or lends them as
// ClientOptions.connections says, and remembers failed connects. Belongs to its client and lives on
// its loop. Whoever holds a lease keeps the pool alive.
class ConnectionPool {
 private:
  struct Peer;

 public:
  // A connection for one call or stream; gives it back.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept { *this = std::move(other); }
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { Release(); }

    ClientTransport* operator->() const { return transport_.get(); }
    void Release();

   private:
    friend class ConnectionPool;
    Lease(ConnectionPool& pool, Peer& peer, std::shared_ptr<ClientTransport> transport);

    ConnectionPool* pool_ = nullptr;
    Peer* peer_ = nullptr;
    std::shared_ptr<ClientTransport> transport_;
  };

  // The options are borrowed.
  ConnectionPool(fiber::Environment environment, const ClientOptions& options)
      : environment_(environment), options_(options) {}

  // Blocks until there is a connection. kUnavailable with the reason; kResourceExhausted at a
  // limit.
  Result<Lease> Acquire(const Endpoint& endpoint);
  // Ends all connections; `why` is what their calls get.
  void CloseAll(const Status& why);

 private:
  struct Peer {
    // kSingle: all of them. kPooled: the idle ones.
    std::vector<std::shared_ptr<ClientTransport>> connections;
    size_t leases = 0;
    ConnectBackoff backoff;
    std::string last_failure;
  };

  Result<Peer*> PeerOf(const Address& address);
  // One that is there, or null if another is to be made.
  std::shared_ptr<ClientTransport> Choose(Peer& peer) const;
  Result<std::shared_ptr<ClientTransport>> Open(Peer& peer, const Endpoint& endpoint);
  std::shared_ptr<ClientTransport> MakeTransport(const Endpoint& endpoint) const;
  Status WaitConnected(const Lease& lease);
  void GiveBack(Peer& peer, std::shared_ptr<ClientTransport> transport);

  fiber::Environment environment_;
  const ClientOptions& options_;
  bool closed_ = false;
  std::map<Address, Peer> peers_;
};

}  // namespace bellrock::rpc
