// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "bellrock/service.h"
#include "rpc/client_connection.h"
#include "rpc/client_core.h"

namespace bellrock::rpc {

// The reader of one server stream: gives the callee credit as items are read, so that at most a
// window of them waits here. Its try is reported once, when the first item or the end has come.
// Belongs to its client's loop; destroying it cancels.
class ClientStream final : public StreamReader {
 public:
  ClientStream(std::shared_ptr<ClientCore> core, std::shared_ptr<ClientConnection> connection,
               Endpoint endpoint, const CallProgress& progress);
  ~ClientStream() override;

  Status Open(const Message& request);
  Result<bool> Read(Message& message) override;

 private:
  void ReportOnce(StatusCode code);
  Result<bool> TakeItem(Message& message);

  const std::shared_ptr<ClientCore> core_;
  const std::shared_ptr<ClientConnection> connection_;
  const Endpoint endpoint_;
  const std::string service_;
  const std::string method_;
  const Time begun_;
  const Time deadline_;
  const int attempt_;
  PendingCall pending_;
  uint64_t id_ = 0;
  bool open_ = false;
  size_t read_bytes_ = 0;  // read but not yet given back as credit
  bool reported_ = false;
};

}  // namespace bellrock::rpc
