// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/bytes.h"
#include "bellrock/shared_message.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "bellrock/trace.h"

namespace google::protobuf {
class Message;
}

// The contract between generated code (x.bellrock.h, made by protoc-gen-bellrock) and the
// framework. A service author derives from the generated base and meets only ServerContext,
// Reader<T>, Writer<T> and Result<T>.
namespace bellrock {

using Message = google::protobuf::Message;

// Pairs that travel with a call beside its message. Keys are lower case; a key that ends in "-bin"
// has any bytes as its value, another printable ASCII.
using Metadata = std::vector<std::pair<std::string, std::string>>;

// How much a call matters when not all can be served (OCTO-027). Inherited by the calls a handler
// makes.
enum class Qos : uint8_t { kNormal = 0, kCritical = 1, kBackground = 2 };

// How the body of a message is packed on its way. kDefault: the channel's choice.
enum class Compression : uint8_t { kDefault = 0, kNone = 1, kZstd = 2, kLz4 = 3, kGzip = 4 };

// What a handler may know of the call it serves, and say beside its reply. Lives as long as the
// call; used only from the handler's fiber.
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

  // The name the caller has proved (mTLS), or "".
  virtual std::string_view identity() const { return {}; }
  // This call's span; calls made from this handler become its children.
  virtual const TraceContext& trace() const;
  // The mark of a user whose requests are followed in full detail, or "". Handed on to callees.
  virtual std::string_view dye() const { return {}; }
  // The swim lane that this call runs in, or "". Handed on to callees; docs/routing-rules.md.
  virtual std::string_view lane() const { return {}; }
  virtual Qos qos() const { return Qos::kNormal; }
  // What the caller sent beside the request; the first value of a key, nullopt without it.
  virtual std::optional<std::string_view> metadata(std::string_view) const { return std::nullopt; }
  // Sent with the reply. At most 8 KiB in all, kResourceExhausted beyond.
  virtual Status AddReplyMetadata(std::string_view, std::string_view) { return Status::Ok(); }
  // Bytes beside the request, shared with the buffer they came in.
  virtual Bytes attachment() const { return {}; }
  // Whether bytes can go back beside the reply: a unary call by the native protocol. HTTP/1.1, gRPC
  // and streams have no place for them.
  virtual bool takes_reply_attachment() const { return false; }
  // Bytes beside the reply. Of a call that does not take them, any bytes make it fail with
  // kFailedPrecondition when the handler ends with OK: the caller never gets a part for the whole.
  virtual void set_reply_attachment(Bytes) {}
};

// Server side of a server-streaming call, type-erased. Write() blocks the fiber while the peer is
// slow (bounded buffer) and fails with kCancelled or kUnavailable when the peer has gone.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  virtual Status Write(const Message& message) = 0;
  // The same for a message that many streams are given; how many bytes it takes on the wire, packed
  // as this stream wants it. Here: what Write() of the parsed message does, for writers that have
  // no wire.
  virtual Result<size_t> WriteShared(const SharedMessage& message);
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
  // Made by SharedMessage::Of<T>().
  Result<size_t> WriteShared(const SharedMessage& message) { return writer_.WriteShared(message); }

 private:
  StreamWriter& writer_;
};

// Client side of a call that streams its requests, type-erased. One fiber may write while another
// reads; no two may do the same. Destroying it cancels the call unless Read() has seen its end.
class StreamCall : public StreamReader, public StreamWriter {
 public:
  // No more requests follow. Later writes fail with kFailedPrecondition.
  virtual Status CloseWrites() = 0;
};

// Messages as they come: of a client from its caller, of a server-streaming call from its callee.
template <typename T>
class Reader {
 public:
  explicit Reader(std::unique_ptr<StreamReader> reader)
      : owned_(std::move(reader)), reader_(owned_.get()) {}
  explicit Reader(StreamReader& reader) : reader_(&reader) {}
  // Blocks. True = `message` filled, false = the other end has no more and all is well.
  Result<bool> Read(T& message) { return reader_->Read(message); }

 private:
  std::unique_ptr<StreamReader> owned_;
  StreamReader* reader_;
};

// Client side of a client-streaming call: write as often as you like, then Finish() once.
template <typename Request, typename Reply>
class ClientWriter {
 public:
  explicit ClientWriter(std::unique_ptr<StreamCall> call) : call_(std::move(call)) {}
  Status Write(const Request& request) { return call_->Write(request); }
  // The callee's reply, or why there is none.
  Result<Reply> Finish() {
    // A callee that has answered early has also stopped to read: its answer tells.
    (void)call_->CloseWrites();
    Reply reply;
    Result<bool> read = call_->Read(reply);
    if (!read.ok()) return read.status();
    if (!*read) return InternalError("the callee ended the call without a reply");
    Reply extra;
    Result<bool> end = call_->Read(extra);
    if (!end.ok()) return end.status();
    return reply;
  }

 private:
  std::unique_ptr<StreamCall> call_;
};

// Client side of a bidirectional call. Reading and writing may be done by two fibers.
template <typename Request, typename Reply>
class Duplex {
 public:
  explicit Duplex(std::unique_ptr<StreamCall> call) : call_(std::move(call)) {}
  Status Write(const Request& request) { return call_->Write(request); }
  Status CloseWrites() { return call_->CloseWrites(); }
  Result<bool> Read(Reply& reply) { return call_->Read(reply); }

 private:
  std::unique_ptr<StreamCall> call_;
};

class Service;

// One method of a service. Exactly one of the four handlers is set.
struct MethodDescriptor {
  std::string_view name;
  std::unique_ptr<Message> (*new_request)();
  std::unique_ptr<Message> (*new_reply)();
  Status (*unary)(Service&, ServerContext&, const Message& request, Message& reply) = nullptr;
  Status (*server_streaming)(Service&, ServerContext&, const Message& request,
                             StreamWriter&) = nullptr;
  Status (*client_streaming)(Service&, ServerContext&, StreamReader&, Message& reply) = nullptr;
  Status (*bidi_streaming)(Service&, ServerContext&, StreamReader&, StreamWriter&) = nullptr;
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

// What came back beside a reply, and from where. Of a call that failed: from the last who was
// tried.
struct ReplyDetails {
  Metadata metadata;
  Bytes attachment;
  std::string instance;  // the callee's instance that answered
  std::string address;
  int attempts = 0;  // tries made, hedges included
  TraceContext trace;
};

// Which instances a call may go to.
enum class CallMode : uint8_t {
  kDefault = 0,   // the channel's choice
  kFailFast = 1,  // one try
  kFailOver = 2,  // further tries on other instances
  // To every instance at once; OK if all are. The reply is the first one; what failed is listed in
  // the error. Unary only.
  kBroadcast = 3,
};

// How a call is made. A zero means: the channel's default.
struct CallOptions {
  // Zero or negative: the calling fiber's deadline, else the channel's default.
  Duration timeout{0};
  // Tries in all, the first included; a further try goes to another instance and only when the
  // callee did not serve the call (kUnavailable). <= 0 means the channel's default. Maximum 5.
  int attempts = 0;
  // If the first try has not answered after this long, a second is sent to another instance and the
  // first answer wins (backup request). For methods that may run twice only. Negative: never.
  Duration hedge_after{0};
  CallMode mode = CallMode::kDefault;
  Qos qos = Qos::kNormal;  // kNormal: that of the call being served here, if any
  Compression compression = Compression::kDefault;
  Metadata metadata{};
  Bytes attachment{};  // beside the request; native protocol only
  // Of a service that is routed by key: calls with the same key go to the same instance (ZY-043).
  // Usually a user's number or name. Rules that send a percentage elsewhere go by it as well.
  std::string route_key{};
  // Swim lane, as a label "lane" of instances; "" = that of the call being served here, if any.
  std::string lane{};
  // Filled, if given, when the call ends, well or not; of a stream: when Read() has seen its end.
  ReplyDetails* details = nullptr;
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
  // Client-streaming and bidirectional methods.
  virtual Result<std::unique_ptr<StreamCall>> OpenDuplex(std::string_view service,
                                                         std::string_view method,
                                                         const CallOptions& options);
};

}  // namespace bellrock
