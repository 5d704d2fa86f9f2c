// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "bellrock/service.h"
#include "rpc/client/client_core.h"
#include "rpc/client/client_transport.h"

namespace bellrock::rpc {

// A streaming call as its caller holds it: the transport's stream, and the report of its try, made
// once, when the first item or the end has come. Belongs to its client's loop; destroying it
// cancels.
class ClientStream final : public StreamCall {
 public:
  ClientStream(std::shared_ptr<ClientCore> core, ConnectionPool::Lease connection,
               std::unique_ptr<TransportStream> stream, Endpoint endpoint,
               const CallProgress& progress);
  ~ClientStream() override;

  Status Write(const Message& message) override;
  Status CloseWrites() override;
  Result<bool> Read(Message& message) override;

 private:
  void ReportOnce(const Status& status);
  void TellDetails();

  const std::shared_ptr<ClientCore> core_;
  const ConnectionPool::Lease connection_;
  const std::unique_ptr<TransportStream> stream_;
  const Endpoint endpoint_;
  const std::string service_;
  const std::string method_;
  const TraceContext trace_;
  const Time begun_;
  const Time deadline_;
  const int tries_;
  ReplyDetails* details_;  // null once filled
  bool reported_ = false;
};

}  // namespace bellrock::rpc
