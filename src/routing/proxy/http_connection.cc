// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http_connection.h"

#include <utility>

#include "routing/proxy/shard.h"
#include "rpc/http2/session.h"

namespace bellrock::routing::proxy {

HttpConnection::HttpConnection(Shard& shard, const ListenSpec& spec,
                               std::unique_ptr<fiber::Stream> client)
    : shard_(shard),
      spec_(spec),
      stream_(std::move(client)),
      client_{*stream_, stream_->peer().host(), {}, {}} {}

void HttpConnection::Run() {
  const std::string_view preface = rpc::http2::kClientPreface;
  while (WaitForRequest()) {
    if (preface.starts_with(client_.input.view().substr(0, preface.size()))) {
      if (client_.input.size() >= preface.size()) return ServeHttp2();
      if (!ReadSome()) return;
      continue;
    }
    HttpExchange exchange(shard_, spec_, client_, expires);
    exchange_ = &exchange;
    const bool goes_on = exchange.Run();
    exchange_ = nullptr;
    if (!goes_on) return;
  }
}

void HttpConnection::ServeHttp2() {
  Http2Connection connection(shard_, spec_, std::move(stream_), client_.input.view());
  client_.input.Consume(client_.input.size());
  http2_ = &connection;
  expires = shard_.now();  // looked after at each sweep
  if (shard_.draining()) connection.BeginDrain();
  connection.Run();
  http2_ = nullptr;
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
  if (http2_ != nullptr) {
    http2_->Sweep(shard_.now());
  } else if (exchange_ == nullptr || !exchange_->Expire()) {
    client_.stream.Close();
  }
}

void HttpConnection::BeginDrain() {
  // Between two requests; else the exchange says "close" in its answer.
  if (http2_ != nullptr) {
    http2_->BeginDrain();
  } else if (exchange_ == nullptr) {
    client_.stream.Close();
  }
}

}  // namespace bellrock::routing::proxy
