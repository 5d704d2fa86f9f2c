// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "fiber/sync.h"
#include "routing/proxy/options.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/ping_policy.h"
#include "rpc/http2/session.h"
#include "rpc/link.h"

namespace bellrock::routing::proxy {

class Http2Upstream;

// A request on a connection to an instance. Whoever owns it calls Drop() before it goes.
class UpstreamStream : public rpc::http2::SessionStream {
 public:
  ~UpstreamStream() override { Drop(rpc::http2::ErrorCode::kCancel); }
  bool attached() const { return upstream_ != nullptr; }
  // While attached.
  rpc::http2::Session& session();
  // Whether the instance has said that it takes no more, and whether nothing else was under way on
  // the connection when this began and nothing has come since.
  bool leaving() const { return leaving_; }
  bool lay_idle() const { return lay_idle_; }
  // Forgets it; the instance is told. No callback any more.
  void Drop(rpc::http2::ErrorCode code);

 private:
  friend class Http2Upstream;
  virtual void OnBlock(const rpc::http2::FieldBlock& block, const rpc::http2::HeadersEnd& end) = 0;
  // The last callback, of a stream that ended or was reset.
  virtual void OnEnded(rpc::http2::ErrorCode code) = 0;
  // The same: the connection is gone.
  virtual void OnBroken(const Status& why) = 0;
  void OnClosed(rpc::http2::ErrorCode code) final;

  std::shared_ptr<Http2Upstream> upstream_;
  size_t place_ = 0;  // in its list
  bool leaving_ = false;
  bool lay_idle_ = false;
};

// A connection to an instance that speaks HTTP/2, for the requests of many clients side by side.
// Ready once the instance's settings have come, so that what speaks something else is told from
// what does not answer. Shared by its pool, its streams and its own fiber; belongs to one loop.
class Http2Upstream final : public rpc::http2::SessionSink,
                            public std::enable_shared_from_this<Http2Upstream> {
 public:
  // `running` counts its fiber; it outlives the fiber.
  Http2Upstream(fiber::Environment environment, Address address, const Limits& limits,
                fiber::WaitGroup& running);
  ~Http2Upstream() override;

  // Starts the fiber that connects and reads.
  Status Start();
  bool ready() const { return state_ == State::kReady; }
  bool ended() const { return state_ == State::kEnded; }
  const Status& why_ended() const { return why_; }
  // Whether it takes another stream, now or once it is ready.
  bool HasRoom() const;
  // Blocks until it is ready. kUnavailable if it cannot be connected, kUnimplemented if what is
  // there speaks no HTTP/2.
  Status WaitReady();
  // True for the first who asks after a failed connect: it counts once, for all who waited.
  bool TakeConnectFailure();
  // While ready. OnClosed() of the stream follows, unless it is dropped.
  Status Open(UpstreamStream& stream, std::span<const rpc::http2::HeaderField> fields, bool end);

  // Ends what is idle, asks what is silent whether it is still there.
  void Sweep(Time now);
  void Close(const Status& why);

 private:
  friend class UpstreamStream;
  enum class State : uint8_t { kConnecting, kReady, kEnded };

  void OnHeadersBegin() override { block_.Clear(); }
  void OnHeader(std::string_view name, std::string_view value) override { block_.Add(name, value); }
  void OnHeadersEnd(const rpc::http2::HeadersEnd& end) override;
  void OnGoaway(int32_t last_id, rpc::http2::ErrorCode code, std::string_view text) override;
  void OnSettings() override;

  void Run();
  Status Connect();
  void SweepSilent(Time now);
  void End(Status why);
  void Remove(UpstreamStream& stream);

  fiber::Environment environment_;
  const Address address_;
  const Limits limits_;
  fiber::WaitGroup& running_;
  State state_ = State::kConnecting;
  bool leaving_ = false;
  bool failure_taken_ = false;
  Status why_;
  Time connect_until_;
  fiber::Event decided_;  // ready or ended
  size_t waiting_ = 0;    // for that
  std::unique_ptr<rpc::Link> link_;
  std::unique_ptr<rpc::http2::Session> session_;
  rpc::http2::FieldBlock block_;
  std::vector<UpstreamStream*> streams_;
  Time idle_since_;
  rpc::http2::PingPolicy pings_;
  Time pinged_{};  // zero: no answer is awaited
};

}  // namespace bellrock::routing::proxy
