// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/grpc_transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/http2/grpc_stream.h"
#include "rpc/http2/message_writer.h"
#include "rpc/tls/tls_options.h"

namespace bellrock::rpc::http2 {
namespace {
constexpr Duration kIdleTimeout = std::chrono::minutes(5);
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
    : DialedTransport(environment, loop, std::move(address), options),
      headers_(options.tls == nullptr ? "http" : "https", Authority(this->address())) {}

GrpcTransport::~GrpcTransport() = default;

Status GrpcTransport::Start() {
  return loop().Spawn([self = shared_from_this()] { self->Run(); });
}

void GrpcTransport::Run() {
  const Time until = loop().Now() + options().connect_timeout;
  if (Status status = Connect(kAlpnHttp2); !status.ok()) return FailConnect(std::move(status));
  session_ = std::make_unique<Session>(Role::kClient, link(), *this, kSessionOptions);
  if (!broken()) {
    ArmConnectTimer(until);
    session_->Start();
    const Status why = session_->Serve();
    Status broke = UnavailableError(
        Numbered(ErrorNumber::kConnectionBroke,
                 fmt::format("connection to {} broke: {}{}{}", address_text(), why.message(),
                             leave_text_.empty() ? "" : "; ", leave_text_)));
    connecting() ? FailConnect(std::move(broke)) : Break(std::move(broke));
  }
  link().Finish(why());
  session_->Finish();
}

void GrpcTransport::ArmConnectTimer(Time until) {
  // Cancelled by Break() and OnSettings(), one of which every path to the destructor passes.
  connect_timer_ = loop().RunAt(until, [this] {
    connect_timer_ = 0;
    FailConnect(UnavailableError(Numbered(
        ErrorNumber::kConnectTimeout,
        fmt::format("connect {}: connected, but no HTTP/2 settings came within {}; is it a gRPC "
                    "server, with TLS as asked for?",
                    address_text(), DurationText(options().connect_timeout)))));
  });
}

void GrpcTransport::OnSettings() {
  if (connecting()) {
    loop().CancelTimer(std::exchange(connect_timer_, 0));
    last_used_ = loop().Now();
    ArmCareTimer();
    BecomeReady();
  }
  WakeNext();  // the limit of streams may have grown
}

void GrpcTransport::OnBroken() {
  for (fiber::TimerId* timer : {&connect_timer_, &care_timer_}) {
    if (*timer != 0) loop().CancelTimer(std::exchange(*timer, 0));
  }
  // They drop themselves when their fibers run.
  for (GrpcClientCall* call : open_) call->Complete(why());
  turn_.WakeAll();
}

void GrpcTransport::Close(const Status& why) {
  if (ready()) {
    session_->Goaway(ErrorCode::kNoError);
    session_->OnTurnEnd();  // the link ends before this turn does
  }
  Break(why);
}

Status GrpcTransport::Admit(const OutgoingCall& call) {
  if (connecting()) BELLROCK_TRY(WaitConnected());
  BELLROCK_TRY(CheckRoom(calls_, queued_bytes_ + (has_link() ? link().output().size() : 0)));
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
                   fmt::format("{} takes {} calls at a time; no turn came in time", address_text(),
                               session_->peer_streams_max())));
    }
    BELLROCK_TRY(waited);
  } while (!HasRoom());
  return Status::Ok();
}

bool GrpcTransport::HasRoom() const {
  return !ready() || leaving() || open_.size() < session_->peer_streams_max();
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
  if (!ready()) return why();
  if (leaving()) {
    return UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken,
                                     fmt::format("{} is going away", address_text())));
  }
  BELLROCK_ASSIGN(const std::span<const HeaderField> fields, headers_.Fill(call, loop().Now()));
  pending.set_gzip(WantsGzip(call.compression));
  if (call.request != nullptr) {
    BELLROCK_TRY(AppendGrpcMessage(pending.output(), *call.request, pending.gzip(),
                                   options().frame_bytes_max));
  }
  if (Status opened = session_->Open(pending, fields, false); !opened.ok()) {
    Leave();
    return opened;
  }
  if (pending.id() >= kStreamIdLast) Leave();
  pending.Attach(*this);
  pending.index = open_.size();
  open_.push_back(&pending);
  ++calls_;
  pending.NoteOutput();
  if (call.request != nullptr) session_->End(pending);
  return Status::Ok();
}

Status GrpcTransport::SendMessage(GrpcClientCall& call, const Message& message) {
  if (!ready() || !call.attached()) return why();
  BELLROCK_TRY(AppendGrpcMessage(call.output(), message, call.gzip(), options().frame_bytes_max));
  call.NoteOutput();
  session_->Send(call);
  return Status::Ok();
}

void GrpcTransport::SendEnd(GrpcClientCall& call) {
  if (ready() && call.attached()) session_->End(call);
}

void GrpcTransport::GiveWindow(GrpcClientCall& call, size_t bytes) {
  if (ready() && call.attached()) session_->GiveWindow(call, bytes);
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
  last_used_ = loop().turn_time();
  WakeNext();
}

Status GrpcTransport::Call(const OutgoingCall& call, IncomingReply& reply) {
  GrpcClientCall pending(reply, false, options().frame_bytes_max);
  BELLROCK_TRY(Begin(call, pending));
  Status waited;
  while (!pending.done() && waited.ok()) waited = pending.readers.Wait(call.deadline);
  const bool done = pending.done();
  // Resets the stream if the callee is still at work, or has answered before it had read all.
  Drop(pending);
  if (done) return pending.status();
  if (waited.code() != StatusCode::kDeadlineExceeded) return waited;
  Probe();
  return NoReplyInTime();
}

Result<std::unique_ptr<TransportStream>> GrpcTransport::Open(const OutgoingCall& call) {
  auto stream =
      std::make_unique<GrpcStream>(shared_from_this(), call.deadline, options().frame_bytes_max);
  BELLROCK_TRY(stream->Begin(call));
  return std::unique_ptr<TransportStream>(std::move(stream));
}

void GrpcTransport::OnHeadersEnd(const HeadersEnd& end) {
  if (end.stream != nullptr) static_cast<GrpcClientCall*>(end.stream)->OnBlock(block_, end);
}

void GrpcTransport::OnGoaway(int32_t, ErrorCode code, std::string_view text) {
  Leave();
  leave_text_ =
      fmt::format("it said GOAWAY: {}{}{}", ErrorCodeName(code), text.empty() ? "" : ", ", text);
  // They find that no turn will come.
  turn_.WakeAll();
}

void GrpcTransport::LeaveIfDone() {
  if (!leaving() || calls_ > 0 || !ready()) return;
  Break(
      UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken,
                                fmt::format("{} is going away; {}", address_text(), leave_text_))));
}

bool GrpcTransport::SendPing() {
  if (!pings_.TryTake(loop().Now())) return false;
  session_->Ping(0);
  return true;
}

void GrpcTransport::ArmCareTimer() {
  care_timer_ = loop().RunAt(loop().Now() + kCareInterval, [this] {
    care_timer_ = 0;
    const Time now = loop().Now();
    if (calls_ == 0 && now - last_used_ >= kIdleTimeout) {
      return Close(UnavailableError(Numbered(
          ErrorNumber::kConnectionIdle, fmt::format("connection to {} was idle", address_text()))));
    }
    // Without calls a stock server takes any ping for abuse.
    const bool silent = calls_ > 0 && now - link().last_read() >= options().keep_alive;
    if (silent && options().keep_alive > Duration::zero()) Probe();
    ArmCareTimer();
  });
}

}  // namespace bellrock::rpc::http2
