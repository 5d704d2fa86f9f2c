// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/tcp_connection.h"

#include "base/log.h"
#include "routing/proxy/relay.h"

namespace bellrock::routing::proxy {

void TcpConnection::Run() {
  const Status status = Carry();
  if (!status.ok()) log::Debug("routing/proxy", "{}: {}", spec_.service, status.ToString());
}

Status TcpConnection::Carry() {
  BELLROCK_ASSIGN(ProxiedService * service, shard_.services().Find(spec_.service));
  ++service->counts.connections;
  Result<std::unique_ptr<Upstream>> upstream = ConnectToAny(*service);
  if (!upstream.ok()) {
    ++service->counts.failed;
    return upstream.status();
  }
  return Tunnel(*service, **upstream);
}

Result<std::unique_ptr<Upstream>> TcpConnection::ConnectToAny(ProxiedService& service) {
  Status last;
  for (size_t tries = 0; tries < shard_.limits().tries_max; ++tries) {
    rpc::PickRequest request;
    request.tried = tried_.slots();
    request.caller = spec_.caller;
    Result<rpc::Endpoint> picked = service.source->PickFor(request);
    if (!picked.ok()) return last.ok() ? picked.status() : last;
    if (tries > 0) ++service.counts.tries_again;
    endpoint_ = std::move(*picked);
    const Time began = shard_.clock().Now();
    auto upstream = shard_.Connect(endpoint_.address, true);
    connect_took_ = shard_.clock().Now() - began;
    if (upstream.ok()) return upstream;
    last = upstream.status();
    // Cancelled: the proxy ends, and nobody is to blame.
    if (last.code() == StatusCode::kCancelled) return last;
    Report(service, StatusCode::kUnavailable, connect_took_);
    tried_.Add(endpoint_.slot);
  }
  return last;
}

Status TcpConnection::Tunnel(ProxiedService& service, Upstream& upstream) {
  instance_ = upstream.stream.get();
  expires = shard_.now() + shard_.limits().tcp_idle_timeout;
  Time sent_at{};
  bool answered = false;
  Relay relay(shard_.lender(), {*client_, *instance_}, [&](Relay::From from, size_t bytes) {
    expires = shard_.now() + shard_.limits().tcp_idle_timeout;
    if (from == Relay::From::kClient) {
      if (sent_at == Time{}) sent_at = shard_.clock().Now();
      service.counts.bytes_to_instances += bytes;
      return;
    }
    service.counts.bytes_to_clients += bytes;
    if (answered) return;
    // At once: the tunnel may last for days.
    answered = true;
    const Duration wait = sent_at == Time{} ? Duration{0} : shard_.clock().Now() - sent_at;
    Report(service, StatusCode::kOk, connect_took_ + wait);
  });
  const Status status = relay.Run();
  instance_ = nullptr;
  if (answered) return status;
  // The instance took bytes and left without a word: what a dying process does.
  const bool left = sent_at != Time{} && relay.first_to_end() == Relay::From::kInstance;
  if (left) ++service.counts.failed;
  Report(service, left ? StatusCode::kUnavailable : StatusCode::kOk, connect_took_);
  return status;
}

void TcpConnection::Report(ProxiedService& service, StatusCode code, Duration latency) {
  service.source->Report(endpoint_, code, latency);
}

void TcpConnection::Expire() {
  client_->Close();
  if (instance_ != nullptr) instance_->Close();
}

}  // namespace bellrock::routing::proxy
