// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fiber/fiber.h"
#include "routing/proxy/body.h"
#include "routing/proxy/body_transfer.h"
#include "routing/proxy/proxied_call.h"
#include "routing/proxy/shard.h"
#include "rpc/byte_buffer.h"

namespace bellrock::routing::proxy {

// What outlives one request of a client's connection.
struct ClientSide {
  fiber::Stream& stream;
  const std::string host;  // the client's address
  rpc::ByteBuffer input;
  rpc::ByteBuffer output;
};

// Reads once into the buffer; kUnavailable if the peer ended its side.
Status ReadInto(fiber::Stream& stream, rpc::ByteBuffer& buffer);

// One request and its answer. The request's head and what came of its body with it are kept until
// the answer begins: if the instance leaves before that, a request that may be repeated and came
// whole goes to another. Longer bodies pass both ways as they come. Lives in the connection's
// fiber.
class HttpExchange {
 public:
  // `expires` is the connection's.
  HttpExchange(Shard& shard, const ListenSpec& spec, ClientSide& client, Time& expires);

  // True if the connection may carry another request.
  bool Run();
  // False if the client is waited for.
  bool Expire();

 private:
  // What became of one try with one instance.
  enum class Outcome : uint8_t { kKeep, kClose, kTryAgain };

  bool ReadHead();
  bool FindService();
  bool Compose();
  void DescribeCall();
  bool Connect();
  Outcome Try();
  void BeginUpload();
  Status ReadAnswerHead(bool& began);
  Status PassInterim();
  Outcome NoAnswer(const Status& why, bool began);
  Outcome PassAnswer();
  Status WriteAnswerHead(bool close);
  Outcome PassAnswerBody(bool keep_client);
  void KeepUpstream();
  Outcome Tunnel();
  // Answers instead of an instance. Whether the connection goes on: not before Compose().
  bool Refuse(int http_status, std::string_view why);
  bool RefuseFor(const Status& status);
  void Touch() { expires_ = shard_.now() + shard_.limits().answer_timeout; }

  Shard& shard_;
  const ListenSpec& spec_;
  ClientSide& client_;
  Time& expires_;
  Loan<Lender::Heads> heads_;
  ProxiedCall call_;

  Body body_;  // of the request
  bool keep_alive_ = false;
  bool to_head_request_ = false;
  bool may_repeat_ = false;
  bool upgrade_ = false;
  bool version_1_0_ = false;

  bool fresh_ = false;  // the next try makes a new connection
  std::unique_ptr<Upstream> upstream_;
  Body answer_body_;
  bool timed_out_ = false;
  bool client_gone_ = false;
  fiber::JoinHandle upload_;
};

}  // namespace bellrock::routing::proxy
