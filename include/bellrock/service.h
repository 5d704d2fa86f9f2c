// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"

namespace google::protobuf {
class Message;
}

// The contract between generated code (x.bellrock.h, made by protoc-gen-bellrock) and the
// framework. A service author derives from the generated base and meets only ServerContext,
// Writer<T> and Result<T>.
namespace bellrock {

using Message = google::protobuf::Message;

// What a handler may know of the call it serves. Lives as long as the call; used only from the
// handler's fiber.
class ServerContext {
 public:
  virtual ~ServerContext() = default;
  // "line/service" of the caller as it names itself, or "" (foreign clients). Not authenticated.
  virtual std::string_view caller() const = 0;
  // Address of the other end, "127.0.0.1:41234" or "unix:".
  virtual std::string_view peer() const = 0;
  // When the caller stops waiting; kNever if it gave no deadline. Calls made from this handler
  // inherit it.
  virtual Time deadline() const = 0;
  // True once the caller has gone or cancelled; blocking calls of this fiber then return
  // kCancelled.
  virtual bool cancelled() const = 0;
  // 0 for the first try of a call, 1 for its first retry, ...
  virtual int attempt() const = 0;
};

// Server side of a server-streaming call, type-erased. Write() blocks the fiber while the peer is
// slow (bounded buffer) and fails with kCancelled or kUnavailable when the peer has gone.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  virtual Status Write(const Message& message) = 0;
};

// Client side of a server-streaming call, type-erased. Read() blocks; true = `message` filled,
// false = the stream ended with OK. Destroying the reader cancels the call.
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  virtual Result<bool> Read(Message& message) = 0;
};

template <typename T>
class Writer {
 public:
  explicit Writer(StreamWriter& writer) : writer_(writer) {}
  Status Write(const T& message) { return writer_.Write(message); }

 private:
  StreamWriter& writer_;
};

template <typename T>
class Reader {
 public:
  explicit Reader(std::unique_ptr<StreamReader> reader) : reader_(std::move(reader)) {}
  Result<bool> Read(T& message) { return reader_->Read(message); }

 private:
  std::unique_ptr<StreamReader> reader_;
};

class Service;

// One method of a service. Exactly one of `unary` and `server_streaming` is set.
struct MethodDescriptor {
  std::string_view name;
  std::unique_ptr<Message> (*new_request)();
  std::unique_ptr<Message> (*new_reply)();
  Status (*unary)(Service&, ServerContext&, const Message& request, Message& reply) = nullptr;
  Status (*server_streaming)(Service&, ServerContext&, const Message& request,
                             StreamWriter&) = nullptr;
};

// A service object: methods found by name. Handlers run in fibers, several at once on one thread;
// with more than one loop they also run on several threads, and the author guards shared state.
class Service {
 public:
  virtual ~Service() = default;
  // Proto name, "music.v1.Catalog".
  virtual std::string_view full_name() const = 0;
  virtual std::span<const MethodDescriptor> methods() const = 0;
};

// How a call is made. Zero or negative timeout means: the calling fiber's deadline, else the
// channel's default.
struct CallOptions {
  Duration timeout{0};
  // Tries in all, the first included; a further try goes to another instance and only for
  // kUnavailable. <= 0 means the channel's default.
  int attempts = 0;
};

// What stubs call through: a Channel, or anything that stands in for one.
// Safe from any fiber and any thread; blocks the calling fiber (or thread, outside fibers).
class ChannelInterface {
 public:
  virtual ~ChannelInterface() = default;
  virtual Status Call(std::string_view service, std::string_view method, const Message& request,
                      Message& reply, const CallOptions& options) = 0;
  virtual Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view service,
                                                           std::string_view method,
                                                           const Message& request,
                                                           const CallOptions& options) = 0;
};

}  // namespace bellrock
