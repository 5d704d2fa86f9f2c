// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http_connection.h"

#include "base/log.h"

namespace bellrock::routing::proxy {
namespace {

constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

}  // namespace

HttpConnection::HttpConnection(Shard& shard, const ListenSpec& spec, fiber::Stream& client)
    : shard_(shard), spec_(spec), client_{client, client.peer().host(), {}, {}} {}

void HttpConnection::Run() {
  while (WaitForRequest()) {
    if (kHttp2Preface.starts_with(client_.input.view().substr(0, kHttp2Preface.size()))) {
      if (client_.input.size() < kHttp2Preface.size()) {
        if (!ReadSome()) return;
        continue;
      }
      TcpConnection tunnel(shard_, spec_, client_.stream);
      tunnel_ = &tunnel;
      (void)tunnel.RunFrom(client_.input.view());
      tunnel_ = nullptr;
      return;
    }
    HttpExchange exchange(shard_, spec_, client_, expires);
    exchange_ = &exchange;
    const bool goes_on = exchange.Run();
    exchange_ = nullptr;
    if (!goes_on) return;
  }
}

bool HttpConnection::WaitForRequest() {
  if (!client_.input.empty()) return true;  // the next one was sent along
  if (shard_.draining()) return false;
  expires = shard_.now() + shard_.limits().idle_timeout;
  return client_.stream.WaitReadable().ok() && ReadSome();
}

bool HttpConnection::ReadSome() {
  return ReadInto(client_.stream, client_.input).ok();
}

void HttpConnection::Expire() {
  if (tunnel_ != nullptr) {
    tunnel_->Expire();
  } else if (exchange_ == nullptr || !exchange_->Expire()) {
    client_.stream.Close();
  }
}

void HttpConnection::BeginDrain() {
  // Between two requests; else the exchange says "close" in its answer.
  if (exchange_ == nullptr && tunnel_ == nullptr) client_.stream.Close();
}

}  // namespace bellrock::routing::proxy
