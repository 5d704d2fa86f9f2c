// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "rpc/error_text.h"

// The client side of one connection, whatever its protocol: what ClientCore calls, implemented by
// one class a protocol.
namespace bellrock::rpc {

// What one try sends. Everything it points to outlives the try.
struct OutgoingCall {
  std::string_view service{};
  std::string_view method{};
  const Message* request = nullptr;  // null: the requests follow as a stream
  Time deadline = kNever;
  int attempt = 0;
  std::string_view caller{};
  TraceContext trace{};
  std::string_view dye{};
  std::string_view lane{};
  Qos qos = Qos::kNormal;
  Compression compression = Compression::kNone;
  const Metadata* metadata = nullptr;
  const Bytes* attachment = nullptr;
};

// What a try brought, beside its status.
struct IncomingReply {
  Message* message = nullptr;
  bool replied = false;  // the callee has spoken; else the status is the connection's
  Origin origin = Origin::kHandler;
  Duration retry_after{0};
  Time received{};  // when the reply was read; zero if the transport does not say
  Metadata metadata{};
  Bytes attachment{};
};

// A streaming call on one connection. One fiber may write while another reads. Destroying it
// cancels the call unless its end was read. Belongs to its connection's loop.
class TransportStream {
 public:
  virtual ~TransportStream() = default;
  // Blocks while the callee is slow. kUnavailable once the call has ended: Read() tells why.
  virtual Status Write(const Message& message) = 0;
  virtual Status CloseWrites() = 0;
  // True = `message` filled; false = ended with OK.
  virtual Result<bool> Read(Message& message) = 0;
  // What the end brought, once Read() has returned it.
  virtual const IncomingReply& end() const = 0;
};

class ClientTransport {
 public:
  virtual ~ClientTransport() = default;
  // Starts the fiber that connects and reads.
  virtual Status Start() = 0;
  // Blocks until connected or failed (kUnavailable), or the fiber's deadline.
  virtual Status WaitConnected() = 0;
  // Takes new calls, now or once it is connected.
  virtual bool usable() const = 0;
  // Those that wait until it is connected included.
  virtual size_t calls_in_flight() const = 0;
  // True once, for the first who asks, if the connect itself failed: a failure counts once for all
  // who waited.
  virtual bool TakeConnectFailure() = 0;
  virtual const std::string& address_text() const = 0;
  // One unary try, to its end.
  virtual Status Call(const OutgoingCall& call, IncomingReply& reply) = 0;
  virtual Result<std::unique_ptr<TransportStream>> Open(const OutgoingCall& call) = 0;
  virtual void Close(const Status& why) = 0;
};

}  // namespace bellrock::rpc
