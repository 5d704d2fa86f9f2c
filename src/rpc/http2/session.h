// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "rpc/byte_buffer.h"
#include "rpc/link.h"

// HTTP/2 (RFC 9113) on a link, without what it carries: nghttp2 behind our own types, the same for
// both ends of a connection.
namespace bellrock::rpc::http2 {

// "PRI * HTTP/2.0..." that a client sends first.
extern const std::string_view kClientPreface;

enum class Role { kServer, kClient };

// Error codes of RFC 9113 section 7.
enum class ErrorCode : uint32_t {
  kNoError = 0,
  kProtocolError = 1,
  kInternalError = 2,
  kFlowControlError = 3,
  kStreamClosed = 5,
  kFrameSizeError = 6,
  kRefusedStream = 7,
  kCancel = 8,
  kEnhanceYourCalm = 11,
};
// "CANCEL", or "ERROR_99".
std::string ErrorCodeName(ErrorCode code);

struct HeaderField {
  std::string_view name;  // lower case
  std::string_view value;
  bool lasting = false;  // name and value outlive the session: they are not copied
  bool unique = false;   // differs from call to call: kept out of the compression's table
};

// One stream as the session sees it. The owner of the session derives from it, owns the objects,
// and keeps each from Session::Open() or Session::Attach() until OnClosed() or Session::Abandon().
// The callbacks run within Session::Feed() or at the end of a turn of the loop: they must not
// block, and may call any member of the session but Feed().
class SessionStream {
 public:
  virtual ~SessionStream() = default;
  int32_t id() const { return id_; }
  // Bytes appended here go out as DATA as far as the peer's windows allow; call Session::Send()
  // after it. Bounding it is the owner's part.
  ByteBuffer& output() { return output_; }
  const ByteBuffer& output() const { return output_; }
  // Nothing more may be appended.
  bool ended() const { return ended_; }

 private:
  friend class Session;

  // A piece of the peer's body. The stream's window stays smaller by its size until the owner calls
  // Session::GiveWindow(); the connection's window is given back at once.
  virtual void OnData(std::string_view bytes) = 0;
  // The peer sends no more on this stream.
  virtual void OnRemoteEnd() = 0;
  // Some of output() went into DATA.
  virtual void OnSent() {}
  // The output is sent and trailers were asked for: append them. What the fields point to must stay
  // until the return only.
  virtual void AddTrailers(std::vector<HeaderField>& /*fields*/) {}
  // The last callback. Of a stream that both sides ended kNoError; may destroy the stream.
  virtual void OnClosed(ErrorCode code) = 0;

  int32_t id_ = 0;
  bool ended_ = false;     // no more output
  bool trailers_ = false;  // AddTrailers() ends it
  bool paused_ = false;    // the session waits for output
  ByteBuffer output_;
};

enum class HeadersKind { kRequest, kResponse, kTrailers };

// What a peer sends beside streams' contents; a flood of it is an attack.
enum class Control {
  kReset,
  kSettings,
  kPing,
  kEmptyData,
  kPriority
};  // kEmptyData: that ends nothing
inline constexpr int kControlCount = 5;

// How a block of header fields ended.
struct HeadersEnd {
  int32_t id = 0;
  SessionStream* stream = nullptr;  // null: nobody has attached one, as for each new request
  HeadersKind kind = HeadersKind::kRequest;
  bool end_stream = false;
  bool too_large = false;  // beyond header_bytes_max; the rest was dropped
};

// Gets what concerns the connection or streams without an object. Same rules as for the callbacks
// of SessionStream.
class SessionSink {
 public:
  virtual ~SessionSink() = default;
  // Blocks come whole, one after the other: Begin, fields, End. A block that breaks the protocol
  // has no End.
  virtual void OnHeadersBegin() = 0;
  virtual void OnHeader(std::string_view name, std::string_view value) = 0;
  virtual void OnHeadersEnd(const HeadersEnd& end) = 0;
  // The peer takes no new streams above `last_id`.
  virtual void OnGoaway(int32_t /*last_id*/, ErrorCode, std::string_view /*text*/) {}
  virtual void OnSettings() {}
  virtual void OnPong(uint64_t /*opaque*/) {}
  // An error ends the connection with ENHANCE_YOUR_CALM.
  virtual Status OnControl(Control) { return Status::Ok(); }
};

struct SessionOptions {
  uint32_t streams_max = 100;  // that the peer may have open; a server's limit of calls
  uint32_t stream_window_bytes = 256 << 10;
  uint32_t connection_window_bytes = 4 << 20;
  size_t header_bytes_max = 16 << 10;  // names, values and 32 bytes a field, as RFC 9113 counts
};

// One end of an HTTP/2 connection. Input lies in the link's buffer and is parsed in place; output
// is made into frames once per turn of the loop, behind one another in the link's output, and goes
// out with one system call. No more than kOutputAhead is made ahead of a slow reader; what waits
// lies in the streams' outputs. Belongs to the link's loop. The owner feeds it from one fiber,
// closes the link, and calls Finish() before it destroys the session.
class Session final : public fiber::TurnHook {
 public:
  static constexpr size_t kOutputAhead = 256 << 10;

  Session(Role role, Link& link, SessionSink& sink, const SessionOptions& options);
  ~Session() override;

  // Sends our preface and settings. First of all.
  void Start();
  // Feeds what the link brings until it ends or the peer breaks the protocol; returns why. In the
  // connection's fiber.
  Status Serve();
  // Takes bytes as they come, all of them. An error: the connection is over, a GOAWAY is queued.
  Status Feed(std::string_view bytes);
  // Waits until nothing of the session runs. After the link was closed.
  void Finish();

  // Client: begins a stream. An error if no more ids are left or the connection is ending. Beyond
  // the peer's limit of streams it waits in the session for its turn.
  Status Open(SessionStream& stream, std::span<const HeaderField> request, bool end_stream);
  // Server: the object for a request, from OnHeadersEnd().
  void Attach(int32_t id, SessionStream& stream);
  // Server: answers. With `end_stream` that is all; else output and an end follow.
  void Respond(SessionStream& stream, std::span<const HeaderField> fields, bool end_stream);
  // Server: the same for a request without an object, all at once, from OnHeadersEnd().
  void Refuse(int32_t id, std::span<const HeaderField> fields);
  // Server: an interim answer (1xx), before Respond().
  void Inform(SessionStream& stream, std::span<const HeaderField> fields);

  // After appending to the stream's output.
  void Send(SessionStream& stream);
  // No more output: END_STREAM follows what is queued.
  void End(SessionStream& stream);
  // The same, with AddTrailers() when the output is sent.
  void EndWithTrailers(SessionStream& stream);
  // Makes the stream's window larger again by bytes that OnData() brought.
  void GiveWindow(SessionStream& stream, size_t bytes);
  // Ends it now; OnClosed() follows.
  void Reset(SessionStream& stream, ErrorCode code);
  void Reset(int32_t id, ErrorCode code);
  // The same, and no callback any more: the owner destroys the stream.
  void Abandon(SessionStream& stream, ErrorCode code);

  void Ping(uint64_t opaque);
  // First step of a drain: no new streams, please; those on their way are taken.
  void ShutdownNotice();
  // Second step: streams above the last one taken were not processed.
  void Goaway(ErrorCode code);
  // Ends the connection after a GOAWAY with this code and text.
  void Terminate(ErrorCode code, const Status& why);

  // Makes and sends what is queued at once, before the end of the turn. Not from callbacks.
  void FlushNow();

  // As the peer's settings say; nghttp2's defaults before they came.
  uint32_t peer_streams_max() const;
  // Whether this end may open or take streams.
  bool open() const;
  Link& link() { return link_; }

  void OnTurnEnd() override;

 private:
  struct Core;
  struct Callbacks;

  void Wake();
  void Pump();
  void PumpWhenDrained();
  Status WhyEnded() const;

  Link& link_;
  SessionSink& sink_;
  const SessionOptions options_;
  std::unique_ptr<Core> core_;
  bool pump_waits_ = false;
  fiber::WaitQueue pump_ended_;
  Status failure_;          // why we end the connection
  std::string last_error_;  // of nghttp2, for people
  // Of the header block being received.
  size_t header_bytes_ = 0;
  bool headers_too_large_ = false;
  std::vector<HeaderField> trailers_;  // reused
};

}  // namespace bellrock::rpc::http2
