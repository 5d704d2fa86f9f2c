// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/grpc_transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/client/dial.h"
#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/http2/grpc_stream.h"
#include "rpc/http2/message_writer.h"
#include "rpc/tls/tls_options.h"

namespace bellrock::rpc::http2 {
namespace {
constexpr Duration kIdleTimeout = std::chrono::minutes(5);
// A peer that sends nothing for this long after a ping is gone.
constexpr Duration kProbeTimeout = std::chrono::seconds(2);
// Silence and idleness are looked for this often.
constexpr Duration kCareInterval = std::chrono::seconds(10);
// Stream ids end at 2^31 - 1; before that a new connection is made.
constexpr int32_t kStreamIdLast = INT32_MAX - 1000;
constexpr SessionOptions kSessionOptions = {.connection_window_bytes = 16 << 20};

std::string Authority(const Address& address) {
  return address.kind() == Address::Kind::kUnix ? "localhost" : address.ToString();
}

Status CheckAttachment(const OutgoingCall& call) {
  if (call.attachment == nullptr || call.attachment->empty()) return Status::Ok();
  return InvalidArgumentError(Numbered(
      ErrorNumber::kNoAttachments,
      fmt::format("attachment: {} bytes, and gRPC carries none; call the service by the native "
                  "protocol, or put the bytes into the message",
                  call.attachment->size())));
}
}  // namespace

GrpcTransport::GrpcTransport(fiber::Environment environment, fiber::Loop& loop, Address address,
                             const ClientOptions& options)
    : environment_(environment),
      loop_(loop),
      address_(std::move(address)),
      address_text_(address_.ToString()),
      options_(options),
      headers_(options.tls == nullptr ? "http" : "https", Authority(address_)) {}

GrpcTransport::~GrpcTransport() = default;

Status GrpcTransport::Start() {
  return loop_.Spawn([self = shared_from_this()] { self->Run(); });
}

void GrpcTransport::Run() {
  const Time until = loop_.Now() + options_.connect_timeout;
  if (Status status = Connect(); !status.ok()) {
    connect_failed_ = true;
    Break(std::move(status));
    return;
  }
  if (state_ != State::kBroken) {
    ArmConnectTimer(until);
    session_->Start();
    const Status why = session_->Serve();
    connect_failed_ = connect_failed_ || state_ == State::kConnecting;
    Break(UnavailableError(
        Numbered(ErrorNumber::kConnectionBroke,
                 fmt::format("connection to {} broke: {}{}{}", address_text_, why.message(),
                             leave_text_.empty() ? "" : "; ", leave_text_))));
  }
  link_->Finish(why_);
  session_->Finish();
}

Status GrpcTransport::Connect() {
  BELLROCK_ASSIGN(auto stream, Dial(environment_, address_, options_, kAlpnHttp2));
  link_ = std::make_unique<Link>(loop_, environment_.clock, std::move(stream));
  session_ = std::make_unique<Session>(Role::kClient, *link_, *this, kSessionOptions);
  return Status::Ok();
}

void GrpcTransport::ArmConnectTimer(Time until) {
  // Cancelled by Break() and OnSettings(), one of which every path to the destructor passes.
  connect_timer_ = loop_.RunAt(until, [this] {
    connect_timer_ = 0;
    connect_failed_ = true;
    Break(UnavailableError(Numbered(
        ErrorNumber::kConnectTimeout,
        fmt::format("connect {}: connected, but no HTTP/2 settings came within {}; is it a gRPC "
                    "server, with TLS as asked for?",
                    address_text_, DurationText(options_.connect_timeout)))));
  });
}

void GrpcTransport::OnSettings() {
  if (state_ == State::kConnecting) {
    state_ = State::kReady;
    loop_.CancelTimer(std::exchange(connect_timer_, 0));
    last_used_ = loop_.Now();
    ArmCareTimer();
    connected_.WakeAll();
  }
  WakeNext();  // the limit of streams may have grown
}

void GrpcTransport::Break(Status why) {
  if (state_ == State::kBroken) return;
  state_ = State::kBroken;
  why_ = std::move(why);
  for (fiber::TimerId* timer : {&connect_timer_, &care_timer_, &probe_timer_}) {
    if (*timer != 0) loop_.CancelTimer(std::exchange(*timer, 0));
  }
  if (link_ != nullptr) link_->Close(why_);
  // They drop themselves when their fibers run.
  for (GrpcClientCall* call : open_) call->Complete(why_);
  connected_.WakeAll();
  turn_.WakeAll();
}

void GrpcTransport::Close(const Status& why) {
  if (state_ == State::kReady) {
    session_->Goaway(ErrorCode::kNoError);
    session_->OnTurnEnd();  // the link ends before this turn does
  }
  Break(why);
}

Status GrpcTransport::WaitConnected() {
  while (state_ == State::kConnecting) {
    ++connecting_;
    const Status waited = connected_.Wait();
    --connecting_;
    if (!waited.ok()) return waited;
  }
  return state_ == State::kReady ? Status::Ok() : why_;
}

Status GrpcTransport::Admit(const OutgoingCall& call) {
  if (state_ == State::kConnecting) BELLROCK_TRY(WaitConnected());
  if (calls_ >= options_.calls_in_flight_max) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kCallsInFlight,
                 fmt::format("{} calls are in flight to {}, the limit (calls_in_flight_max)",
                             calls_, address_text_)));
  }
  const size_t queued = queued_bytes_ + (link_ == nullptr ? 0 : link_->output().size());
  if (queued > options_.out_bytes_max) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kOutputFull,
                 fmt::format("{} bytes wait to be sent to {}; the limit is {} (out_bytes_max)",
                             queued, address_text_, options_.out_bytes_max)));
  }
  if (HasRoom() && turn_.empty()) return Status::Ok();
  ++calls_;  // a waiting call counts
  const Status waited = WaitForTurn(call.deadline);
  --calls_;
  if (!waited.ok()) WakeNext();  // it may have been this one's turn
  return waited;
}

Status GrpcTransport::WaitForTurn(Time deadline) {
  do {
    const Status waited = turn_.Wait(deadline);
    if (waited.code() == StatusCode::kDeadlineExceeded) {
      return DeadlineExceededError(
          Numbered(ErrorNumber::kNoReplyInTime,
                   fmt::format("{} takes {} calls at a time; no turn came in time", address_text_,
                               session_->peer_streams_max())));
    }
    BELLROCK_TRY(waited);
  } while (!HasRoom());
  return Status::Ok();
}

bool GrpcTransport::HasRoom() const {
  return state_ != State::kReady || leaving_ || open_.size() < session_->peer_streams_max();
}

void GrpcTransport::WakeNext() {
  if (HasRoom()) turn_.WakeOne();
}

Status GrpcTransport::Begin(const OutgoingCall& call, GrpcClientCall& pending) {
  BELLROCK_TRY(CheckAttachment(call));
  BELLROCK_TRY(Admit(call));
  const Status sent = Send(call, pending);
  WakeNext();  // there may be room for more than this one
  return sent;
}

Status GrpcTransport::Send(const OutgoingCall& call, GrpcClientCall& pending) {
  if (state_ != State::kReady) return why_;
  if (leaving_) {
    return UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken,
                                     fmt::format("{} is going away", address_text_)));
  }
  BELLROCK_ASSIGN(const std::span<const HeaderField> fields, headers_.Fill(call, loop_.Now()));
  pending.set_gzip(WantsGzip(call.compression));
  if (call.request != nullptr) {
    BELLROCK_TRY(AppendGrpcMessage(pending.output(), *call.request, pending.gzip(),
                                   options_.frame_bytes_max));
  }
  if (Status opened = session_->Open(pending, fields, false); !opened.ok()) {
    leaving_ = true;
    return opened;
  }
  if (pending.id() >= kStreamIdLast) leaving_ = true;
  pending.Attach(*this);
  pending.index = open_.size();
  open_.push_back(&pending);
  ++calls_;
  pending.NoteOutput();
  if (call.request != nullptr) session_->End(pending);
  return Status::Ok();
}

Status GrpcTransport::SendMessage(GrpcClientCall& call, const Message& message) {
  if (state_ != State::kReady || !call.attached()) return why_;
  BELLROCK_TRY(AppendGrpcMessage(call.output(), message, call.gzip(), options_.frame_bytes_max));
  call.NoteOutput();
  session_->Send(call);
  return Status::Ok();
}

void GrpcTransport::SendEnd(GrpcClientCall& call) {
  if (state_ == State::kReady && call.attached()) session_->End(call);
}

void GrpcTransport::GiveWindow(GrpcClientCall& call, size_t bytes) {
  if (state_ == State::kReady && call.attached()) session_->GiveWindow(call, bytes);
}

void GrpcTransport::Drop(GrpcClientCall& call) {
  if (call.attached()) {
    session_->Abandon(call, ErrorCode::kCancel);
    call.Detach();
  }
  LeaveIfDone();
}

void GrpcTransport::OnStreamGone(GrpcClientCall& call) {
  open_[call.index] = open_.back();
  open_[call.index]->index = call.index;
  open_.pop_back();
  --calls_;
  last_used_ = loop_.turn_time();
  WakeNext();
}

Status GrpcTransport::Call(const OutgoingCall& call, IncomingReply& reply) {
  GrpcClientCall pending(reply, false, options_.frame_bytes_max);
  BELLROCK_TRY(Begin(call, pending));
  Status waited;
  while (!pending.done() && waited.ok()) waited = pending.readers.Wait(call.deadline);
  const bool done = pending.done();
  // Resets the stream if the callee is still at work, or has answered before it had read all.
  Drop(pending);
  if (done) return pending.status();
  if (waited.code() != StatusCode::kDeadlineExceeded) return waited;
  Probe();
  return DeadlineExceededError(Numbered(ErrorNumber::kNoReplyInTime,
                                        fmt::format("no reply from {} in time", address_text_)));
}

Result<std::unique_ptr<TransportStream>> GrpcTransport::Open(const OutgoingCall& call) {
  auto stream =
      std::make_unique<GrpcStream>(shared_from_this(), call.deadline, options_.frame_bytes_max);
  BELLROCK_TRY(stream->Begin(call));
  return std::unique_ptr<TransportStream>(std::move(stream));
}

void GrpcTransport::OnHeadersEnd(const HeadersEnd& end) {
  if (end.stream != nullptr) static_cast<GrpcClientCall*>(end.stream)->OnBlock(block_, end);
}

void GrpcTransport::OnGoaway(int32_t, ErrorCode code, std::string_view text) {
  leaving_ = true;
  leave_text_ =
      fmt::format("it said GOAWAY: {}{}{}", ErrorCodeName(code), text.empty() ? "" : ", ", text);
  // They find that no turn will come.
  turn_.WakeAll();
}

void GrpcTransport::LeaveIfDone() {
  if (!leaving_ || calls_ > 0 || state_ != State::kReady) return;
  Break(
      UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken,
                                fmt::format("{} is going away; {}", address_text_, leave_text_))));
}

void GrpcTransport::Probe() {
  if (state_ != State::kReady || probe_timer_ != 0) return;
  const Time asked = loop_.Now();
  if (!pings_.TryTake(asked)) return;
  session_->Ping(0);
  // Cancelled by Break(), which every path to the destructor passes.
  probe_timer_ = loop_.RunAt(asked + kProbeTimeout, [this, asked] {
    probe_timer_ = 0;
    if (link_->last_read() >= asked) return;
    Break(UnavailableError(Numbered(ErrorNumber::kPeerSilent,
                                    fmt::format("{} does not answer any more", address_text_))));
  });
}

void GrpcTransport::ArmCareTimer() {
  care_timer_ = loop_.RunAt(loop_.Now() + kCareInterval, [this] {
    care_timer_ = 0;
    const Time now = loop_.Now();
    if (calls_ == 0 && now - last_used_ >= kIdleTimeout) {
      return Close(UnavailableError(Numbered(
          ErrorNumber::kConnectionIdle, fmt::format("connection to {} was idle", address_text_))));
    }
    // Without calls a stock server takes any ping for abuse.
    const bool silent = calls_ > 0 && now - link_->last_read() >= options_.keep_alive;
    if (silent && options_.keep_alive > Duration::zero()) Probe();
    ArmCareTimer();
  });
}

}  // namespace bellrock::rpc::http2
