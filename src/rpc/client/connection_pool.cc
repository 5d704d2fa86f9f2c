// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/connection_pool.h"

#include <fmt/format.h>

#include <algorithm>

#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/http2/grpc_transport.h"
#include "rpc/native/native_transport.h"

namespace bellrock::rpc {
namespace {
// Addresses remembered per client; beyond it those without a connection are forgotten.
constexpr size_t kPeersMax = 4096;
}  // namespace

ConnectionPool::Lease::Lease(ConnectionPool& pool, Peer& peer,
                             std::shared_ptr<ClientTransport> transport)
    : pool_(&pool), peer_(&peer), transport_(std::move(transport)) {
  ++peer.leases;
}

ConnectionPool::Lease& ConnectionPool::Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  Release();
  pool_ = other.pool_;
  peer_ = std::exchange(other.peer_, nullptr);
  transport_ = std::move(other.transport_);
  return *this;
}

void ConnectionPool::Lease::Release() {
  if (peer_ == nullptr) return;
  pool_->GiveBack(*std::exchange(peer_, nullptr), std::move(transport_));
}

Result<ConnectionPool::Lease> ConnectionPool::Acquire(const Endpoint& endpoint) {
  if (closed_) {
    return UnavailableError(Numbered(ErrorNumber::kClientClosed, "the client was closed"));
  }
  BELLROCK_ASSIGN(Peer * peer, PeerOf(endpoint.address));
  std::shared_ptr<ClientTransport> transport = Choose(*peer);
  if (transport == nullptr) {
    BELLROCK_ASSIGN(transport, Open(*peer, endpoint));
  }
  Lease lease(*this, *peer, std::move(transport));
  BELLROCK_TRY(WaitConnected(lease));
  return lease;
}

Result<ConnectionPool::Peer*> ConnectionPool::PeerOf(const Address& address) {
  const auto found = peers_.find(address);
  if (found != peers_.end()) return &found->second;
  if (peers_.size() >= kPeersMax) {
    std::erase_if(peers_, [](const auto& entry) {
      const Peer& peer = entry.second;
      return peer.leases == 0 && std::none_of(peer.connections.begin(), peer.connections.end(),
                                              [](const auto& each) { return each->usable(); });
    });
  }
  if (peers_.size() >= kPeersMax) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kTooManyAddresses,
        fmt::format("this client has connections to {} addresses, the limit", peers_.size())));
  }
  return &peers_[address];
}

std::shared_ptr<ClientTransport> ConnectionPool::Choose(Peer& peer) const {
  if (options_.connections == Connections::kSingle && peer.connections.size() == 1 &&
      options_.connections_per_endpoint <= 1 && peer.connections.front()->usable()) {
    return peer.connections.front();
  }
  std::erase_if(peer.connections, [](const auto& each) { return !each->usable(); });
  if (peer.connections.empty()) return nullptr;
  if (options_.connections == Connections::kPooled) {
    // The one used last, so that those in excess become idle and end.
    std::shared_ptr<ClientTransport> last = std::move(peer.connections.back());
    peer.connections.pop_back();
    return last;
  }
  const auto least = std::min_element(peer.connections.begin(), peer.connections.end(),
                                      [](const auto& one, const auto& other) {
                                        return one->calls_in_flight() < other->calls_in_flight();
                                      });
  const bool may_grow =
      static_cast<int>(peer.connections.size()) < options_.connections_per_endpoint;
  return may_grow && (*least)->calls_in_flight() > 0 ? nullptr : *least;
}

Result<std::shared_ptr<ClientTransport>> ConnectionPool::Open(Peer& peer,
                                                              const Endpoint& endpoint) {
  const bool shared = options_.connections == Connections::kSingle;
  if (!shared && peer.leases >= static_cast<size_t>(options_.leased_connections_max)) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kLeasedConnections,
        fmt::format(
            "{} calls are in flight to {}, each on a connection of its own; the limit is {} "
            "(leased_connections_max)",
            peer.leases, endpoint.address.ToString(), options_.leased_connections_max)));
  }
  const Time now = environment_.clock.Now();
  if (!peer.backoff.MayConnect(now)) {
    return UnavailableError(Numbered(ErrorNumber::kConnectBackoff,
                                     fmt::format("{}; next connect in {}", peer.last_failure,
                                                 DurationText(peer.backoff.retry_at() - now))));
  }
  std::shared_ptr<ClientTransport> transport = MakeTransport(endpoint);
  BELLROCK_TRY(transport->Start());
  if (shared) peer.connections.push_back(transport);
  return transport;
}

std::shared_ptr<ClientTransport> ConnectionPool::MakeTransport(const Endpoint& endpoint) const {
  fiber::Loop& loop = *fiber::Loop::Current();
  if (endpoint.protocol.value_or(options_.protocol) == Protocol::kGrpc) {
    return std::make_shared<http2::GrpcTransport>(environment_, loop, endpoint.address, options_);
  }
  return std::make_shared<NativeTransport>(environment_, loop, endpoint.address, options_);
}

Status ConnectionPool::WaitConnected(const Lease& lease) {
  Status status = lease->WaitConnected();
  if (status.ok()) {
    lease.peer_->backoff.OnSuccess();
  } else if (lease->TakeConnectFailure()) {
    // Many may have waited for the same attempt; one of them takes the note.
    lease.peer_->backoff.OnFailure(environment_.clock.Now(), environment_.random.Next());
    lease.peer_->last_failure = status.message();
  }
  return status;
}

void ConnectionPool::GiveBack(Peer& peer, std::shared_ptr<ClientTransport> transport) {
  --peer.leases;
  if (options_.connections == Connections::kSingle || !transport->usable()) return;
  const auto idle_max = static_cast<size_t>(options_.idle_connections_max);
  if (options_.connections == Connections::kPooled && !closed_ &&
      peer.connections.size() < idle_max) {
    peer.connections.push_back(std::move(transport));
  } else {
    transport->Close(UnavailableError(
        Numbered(ErrorNumber::kConnectionIdle, "the call on this connection has ended")));
  }
}

void ConnectionPool::CloseAll(const Status& why) {
  closed_ = true;
  for (auto& [address, peer] : peers_) {
    for (const auto& transport : std::exchange(peer.connections, {})) transport->Close(why);
  }
  std::erase_if(peers_, [](const auto& entry) { return entry.second.leases == 0; });
}

}  // namespace bellrock::rpc
