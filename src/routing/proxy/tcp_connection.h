// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "routing/proxy/shard.h"
#include "routing/proxy/tried.h"

namespace bellrock::routing::proxy {

// A tunnel: one connection of a client, whatever it speaks, carried to one instance of its service.
// While nothing was sent, an instance that cannot be connected is followed by another.
class TcpConnection final : public Connection {
 public:
  TcpConnection(Shard& shard, const ListenSpec& spec, std::unique_ptr<fiber::Stream> client)
      : shard_(shard), spec_(spec), client_(std::move(client)) {}

  void Run() override;
  void Expire() override;
  // A tunnel has no pause: it may go on until the drain's deadline.
  void BeginDrain() override {}

 private:
  Status Carry();
  Result<std::unique_ptr<Upstream>> ConnectToAny(ProxiedService& service);
  Status Tunnel(ProxiedService& service, Upstream& upstream);
  void Report(ProxiedService& service, StatusCode code, Duration latency);

  Shard& shard_;
  const ListenSpec& spec_;
  const std::unique_ptr<fiber::Stream> client_;
  fiber::Stream* instance_ = nullptr;
  rpc::Endpoint endpoint_;
  Duration connect_took_{0};
  Tried tried_;
};

}  // namespace bellrock::routing::proxy
