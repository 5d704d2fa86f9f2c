// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/native_connection.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "rpc/compression.h"
#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/metadata.h"
#include "rpc/reply_rest.h"

namespace bellrock::rpc {
namespace {
// A credit is at most this, so that sums cannot overflow.
constexpr uint64_t kCreditMax = uint64_t{1} << 40;
// Of a caller's name, which goes into counting.
constexpr size_t kCallerBytesMax = 255;
// Timeouts beyond a year are as good as none.
constexpr uint64_t kTimeoutMaxUs = 365ULL * 24 * 3600 * 1'000'000;

uint64_t InMicroseconds(Duration duration) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}
}  // namespace

class NativeConnection::Call final : public ServedCall, public ReplyRest {
 public:
  Call(NativeConnection& owner, uint64_t call_id, uint64_t credit, CallStart&& start)
      : ServedCall(owner.link_.loop(), owner.link_.clock(), std::move(start)),
        id(call_id),
        owner_(owner),
        credit_(static_cast<int64_t>(std::min(credit, kCreditMax))) {}

  void AddCredit(uint64_t bytes) {
    credit_ = std::min<int64_t>(credit_ + static_cast<int64_t>(std::min(bytes, kCreditMax)),
                                static_cast<int64_t>(kCreditMax));
    if (credit_ > 0) credit_waiters_.WakeAll();
  }

  bool takes_reply_attachment() const override { return method().unary(); }
  void set_reply_rest(Bytes bytes) override { reply_rest_ = std::move(bytes); }

  const uint64_t id;
  Call* next = nullptr;
  Compression compression = Compression::kNone;  // of what is sent back

 private:
  friend class NativeConnection;

  // One message may overdraw the credit: else a message larger than the window could never be sent.
  Status AwaitCredit() {
    while (credit_ <= 0 && !cancelled()) BELLROCK_TRY(credit_waiters_.Wait(deadline()));
    if (!cancelled()) return Status::Ok();
    return CancelledError(Numbered(ErrorNumber::kCancelled, "the caller has gone"));
  }
  Status SendItem(const Message& message) override {
    BELLROCK_TRY(AwaitCredit());
    const FrameParts parts = owner_.ItemParts(*this, message);
    BELLROCK_TRY(owner_.Send(parts));
    credit_ -= static_cast<int64_t>(CreditOf(BodyBytes(parts)));
    return Status::Ok();
  }
  Result<size_t> SendShared(const SharedMessage& message) override {
    BELLROCK_TRY(AwaitCredit());
    BELLROCK_ASSIGN(const SharedBody body, PackShared(compression, message));
    BELLROCK_TRY(owner_.SendSharedItem(*this, message, body));
    credit_ -= static_cast<int64_t>(CreditOf(body.bytes->size()));
    return kFrameHeaderBytes + body.bytes->size();
  }
  // In halves of the window, as the client side gives it.
  void OnRequestTaken(size_t bytes) override {
    taken_bytes_ += CreditOf(bytes);
    if (taken_bytes_ < kRequestCreditBytes / 2) return;
    owner_.SendCredit(id, std::exchange(taken_bytes_, 0));
  }
  void OnFinished() override { owner_.Finished(*this); }
  // A packed reply is one block, and an attachment takes the same place.
  bool takes_reply_rest() const override {
    return method().unary() && compression == Compression::kNone && reply_attachment().empty();
  }
  void OnCancelled() override { credit_waiters_.WakeAll(); }

  NativeConnection& owner_;
  int64_t credit_;
  size_t taken_bytes_ = 0;  // of requests, not yet given back as credit
  Bytes reply_rest_;
  fiber::WaitQueue credit_waiters_;
};

NativeConnection::NativeConnection(ServerState& state, Link& link, std::string peer,
                                   std::string identity)
    : state_(state),
      link_(link),
      loop_(state.LoopOf(link.loop())),
      peer_(std::move(peer)),
      identity_(std::move(identity)),
      span_ids_(state.environment.random) {}

NativeConnection::~NativeConnection() = default;

void NativeConnection::Serve() {
  const Status why = link_.ReadFrames(*this, state_.options.frame_bytes_max);
  if (!link_.closed() && why.code() != StatusCode::kUnavailable &&
      why.code() != StatusCode::kCancelled) {
    RefuseAndClose(why);
  }
  link_.Close(why);
  for (Call* call : calls_.All()) call->Cancel();
  fiber::ScopedShield shield;
  while (calls_.size() > 0) (void)no_calls_.Wait();
}

void NativeConnection::RefuseAndClose(const Status& why) {
  state_.refusals.Note(Refusal::kBadFrame, peer_, why.ToString(), link_.clock().Now());
  FillReplyMeta(why, Origin::kServer, &reply_meta_);
  (void)AppendFrame(link_.output(), {.type = FrameType::kGoaway, .meta = &reply_meta_},
                    state_.options.frame_bytes_max);
}

void NativeConnection::Goaway() {
  FillReplyMeta(
      UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken, "the server is shutting down")),
      Origin::kServer, &reply_meta_);
  (void)Send({.type = FrameType::kGoaway, .meta = &reply_meta_});
}

std::vector<const ServedCall*> NativeConnection::Calls() const {
  const std::vector<Call*> calls = calls_.All();
  return {calls.begin(), calls.end()};
}

void NativeConnection::LastWord() {
  FillReplyMeta(
      UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken, "the server has shut down")),
      Origin::kServer, &reply_meta_);
  (void)Send({.type = FrameType::kGoaway, .call_id = calls_taken_ + 1, .meta = &reply_meta_});
}

Status NativeConnection::OnFrame(const Frame& frame) {
  switch (frame.header.type) {
    case FrameType::kCall:
      return OnCall(frame);
    case FrameType::kCredit:
      return OnCredit(frame);
    case FrameType::kStreamItem:
      return OnItem(frame);
    case FrameType::kStreamEnd:
      if (Call* call = calls_.Find(frame.header.call_id)) call->EndRequests();
      return Status::Ok();
    case FrameType::kCancel:
      if (Call* call = calls_.Find(frame.header.call_id)) call->Cancel();
      return Status::Ok();
    case FrameType::kPing:
      (void)Send({.type = FrameType::kPong, .call_id = frame.header.call_id});
      return Status::Ok();
    default:
      return Status::Ok();  // not for servers, or from a newer protocol: skipped
  }
}

Status NativeConnection::OnCredit(const Frame& frame) {
  Call* call = calls_.Find(frame.header.call_id);
  if (call == nullptr) return Status::Ok();  // the stream has just ended
  BELLROCK_TRY(ParseMessage(frame.meta, "meta of a credit frame", credit_meta_));
  call->AddCredit(credit_meta_.bytes());
  return Status::Ok();
}

Status NativeConnection::OnItem(const Frame& frame) {
  Call* call = calls_.Find(frame.header.call_id);
  if (call == nullptr) return Status::Ok();  // the handler has ended without reading all
  // An item takes at least one byte of the credit.
  if (std::max(call->queued_request_bytes(), call->queued_requests()) > kRequestCreditBytes) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kPeerBreaksProtocol,
        fmt::format("the stream of requests {:#x} has {} bytes waiting; its credit is {}",
                    frame.header.call_id, call->queued_request_bytes(), kRequestCreditBytes)));
  }
  uint32_t compression = 0;
  if (!frame.meta.empty()) {
    BELLROCK_TRY(ParseMessage(frame.meta, "meta of a stream item", item_meta_));
    compression = item_meta_.compression();
  }
  call->PushRequest(std::string(frame.body), compression);
  return Status::Ok();
}

Result<const CallHead*> NativeConnection::ParseCallMeta(std::string_view meta) {
  constexpr std::string_view kWhat = "meta of a call frame";
  if (const CallHead* head = heads_.Find(meta)) {
    BELLROCK_TRY(ParseMessage(meta.substr(head->bytes.size()), kWhat, call_meta_));
    // A field that comes twice counts by its last value.
    if (call_meta_.service().empty() && call_meta_.method().empty()) return head;
  }
  BELLROCK_TRY(ParseMessage(meta, kWhat, call_meta_));
  return nullptr;
}

// The method a call frame names, if it is called the way it is served.
Result<const Method*> NativeConnection::MethodFor(uint8_t flags, const CallHead* head) {
  if (calls_.size() >= state_.options.calls_per_connection_max) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kCallsOnConnection,
        fmt::format("{} calls are in flight on this connection, the limit", calls_.size())));
  }
  const Method* method = head != nullptr
                             ? head->method
                             : state_.methods.Find(call_meta_.service(), call_meta_.method());
  if (method == nullptr) {
    return state_.methods.WhyMissing(call_meta_.service(), call_meta_.method());
  }
  const bool stream = (flags & kFlagStream) != 0;
  const bool stream_requests = (flags & kFlagStreamRequests) != 0;
  if (method->unary() == stream || method->streams_requests() != stream_requests) {
    return InvalidArgumentError(
        Numbered(ErrorNumber::kOtherKindOfMethod,
                 fmt::format("{}/{} is {}; call it so", method->service_name, method->name,
                             method->kind())));
  }
  return method;
}

CallStart NativeConnection::StartOf(const Method& method, const CallHead* head) {
  const bool in_head = head != nullptr && call_meta_.caller().empty();
  const std::string& caller = in_head ? head->caller : call_meta_.caller();
  CallStart start{.server_loop = &loop_,
                  .method = &method,
                  .caller = caller.substr(0, kCallerBytesMax),
                  .peer = peer_,
                  .identity = identity_,
                  .received = link_.last_read(),
                  .attempt = static_cast<int>(std::min(call_meta_.attempt(), 1000U)),
                  .trace = span_ids_.Child(TraceFromMeta(call_meta_)),
                  .dye = call_meta_.dye(),
                  .lane = call_meta_.lane(),
                  .qos = static_cast<Qos>(std::min(call_meta_.qos(), 2U)),
                  .message_bytes_max = state_.options.frame_bytes_max};
  if (call_meta_.timeout_us() > 0) {
    start.deadline = start.received +
                     std::chrono::microseconds(std::min(call_meta_.timeout_us(), kTimeoutMaxUs));
  }
  for (const v1::MetadataEntry& entry : call_meta_.metadata()) {
    start.metadata.emplace_back(entry.key(), entry.value());
  }
  return start;
}

Status NativeConnection::TakeRequest(std::string_view bytes, Message& request) {
  Status status = UnpackMessage(call_meta_.compression(), bytes, state_.options.frame_bytes_max,
                                "request", request);
  // What a caller sends is his to mend.
  if (status.code() != StatusCode::kDataLoss) return status;
  return InvalidArgumentError(std::string(status.message()));
}

Status NativeConnection::OnCall(const Frame& frame) {
  ++calls_taken_;
  const uint64_t id = frame.header.call_id;
  const bool stream = (frame.header.flags & kFlagStream) != 0;
  BELLROCK_ASSIGN(const CallHead* head, ParseCallMeta(frame.meta));
  if (calls_.Find(id) != nullptr) {
    return InvalidArgumentError(Numbered(ErrorNumber::kPeerBreaksProtocol,
                                         fmt::format("call id {:#x} is already in flight", id)));
  }
  const auto refuse = [&](const Status& status) {
    SendEnd(id, stream ? FrameType::kStreamEnd : FrameType::kReply, status, Origin::kServer);
    return Status::Ok();
  };
  Result<const Method*> method = MethodFor(frame.header.flags, head);
  if (!method.ok()) return refuse(method.status());
  Result<BodyParts> body = SplitBody(frame, call_meta_.attachment_bytes());
  if (!body.ok()) return refuse(body.status());
  CallStart start = StartOf(**method, head);
  start.attachment = std::move(body->attachment);
  auto call = std::make_unique<Call>(*this, id, call_meta_.credit_bytes(), std::move(start));
  call->compression = ReplyCompression(call_meta_.compression(), call_meta_.accept());
  if (head == nullptr) heads_.Learn(frame.meta, **method);
  if (!(*method)->streams_requests()) {
    Status status = TakeRequest(body->message, call->request());
    if (!status.ok()) return refuse(status);
    if (call_meta_.compression() == 0) call->set_request_bytes(body->message.size());
  }
  calls_.Insert(*call);
  call.release()->Run();  // Finished() takes it back
  return Status::Ok();
}

void NativeConnection::Finished(Call& finished) {
  const std::unique_ptr<Call> call(&finished);
  calls_.Erase(finished);
  state_.NoteCall(*call, link_.clock().Now());
  if (!call->cancelled() && !link_.closed()) SendReply(*call);
  if (calls_.size() == 0) no_calls_.WakeAll();
}

void NativeConnection::SendReply(Call& call) {
  const bool unary = call.method().unary();
  Status status = call.status();
  if (status.ok() && !call.method().streams_replies()) {
    status = unary ? SendUnaryReply(call) : Send(ItemParts(call, call.reply()));
    if (link_.closed() || (unary && status.ok())) return;
  }
  reply_meta_.Clear();
  FrameParts end{.type = unary ? FrameType::kReply : FrameType::kStreamEnd, .call_id = call.id};
  if (!status.ok()) {
    FillReplyMeta(status, call.origin(), &reply_meta_);
    reply_meta_.set_retry_after_us(InMicroseconds(call.retry_after()));
  }
  FillMetadata(call.reply_metadata(), &reply_meta_);
  if (!status.ok() || !call.reply_metadata().empty()) end.meta = &reply_meta_;
  (void)Send(end);
}

FrameParts NativeConnection::ItemParts(const Call& call, const Message& message) {
  FrameParts parts{.type = FrameType::kStreamItem, .call_id = call.id, .body = &message};
  if (call.compression == Compression::kNone) return parts;
  parts.packed = PackMessage(call.compression, message);
  item_meta_.set_compression(static_cast<uint32_t>(call.compression));
  if (!parts.packed.empty()) parts.meta = &item_meta_;
  return parts;
}

Status NativeConnection::SendSharedItem(const Call& call, const SharedMessage& message,
                                        const SharedBody& body) {
  // The receiver's limit holds for the message as it unpacks, too.
  if (message.bytes().size() > state_.options.frame_bytes_max) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kMessageTooLarge,
        fmt::format("a message of {} bytes is over the limit of {} bytes; split it, or raise "
                    "frame_bytes_max on both sides",
                    message.bytes().size(), state_.options.frame_bytes_max)));
  }
  FrameParts parts{.type = FrameType::kStreamItem, .call_id = call.id, .attachment = body.bytes};
  if (body.packed) {
    item_meta_.set_compression(static_cast<uint32_t>(call.compression));
    parts.meta = &item_meta_;
  }
  return Send(parts);
}

Status NativeConnection::SendUnaryReply(Call& call) {
  FrameParts parts{.type = FrameType::kReply, .call_id = call.id, .body = &call.reply()};
  const Bytes& attachment = call.reply_attachment();
  parts.attachment = attachment.empty() ? &call.reply_rest_ : &attachment;
  if (call.compression != Compression::kNone) {
    parts.packed = PackMessage(call.compression, call.reply());
  }
  if (call.reply_metadata().empty() && attachment.empty() && parts.packed.empty()) {
    BELLROCK_TRY(Send(parts));
    call.set_reply_bytes(BodyBytes(parts));
    return Status::Ok();
  }
  reply_meta_.Clear();
  FillMetadata(call.reply_metadata(), &reply_meta_);
  reply_meta_.set_attachment_bytes(attachment.size());
  if (!parts.packed.empty()) {
    reply_meta_.set_compression(static_cast<uint32_t>(call.compression));
  }
  parts.meta = &reply_meta_;
  return Send(parts);
}

void NativeConnection::SendCredit(uint64_t id, size_t bytes) {
  credit_meta_.set_bytes(bytes);
  (void)Send({.type = FrameType::kCredit, .call_id = id, .meta = &credit_meta_});
}

void NativeConnection::SendEnd(uint64_t id, FrameType type, const Status& status, Origin origin) {
  FillReplyMeta(status, origin, &reply_meta_);
  (void)Send({.type = type, .call_id = id, .meta = &reply_meta_});
}

Status NativeConnection::Send(const FrameParts& parts) {
  if (link_.closed()) return WithNumber(ErrorNumber::kConnectionBroke, link_.why_closed());
  // Before the append: one large reply alone is no slow reader.
  if (link_.output().size() > state_.options.out_bytes_max) link_.FlushNow();
  if (link_.output().size() > state_.options.out_bytes_max) {
    const Status why = ResourceExhaustedError(
        Numbered(ErrorNumber::kOutputFull,
                 fmt::format("{} bytes wait for a reader that does not read; the limit is {}",
                             link_.output().size(), state_.options.out_bytes_max)));
    state_.refusals.Note(Refusal::kSlowReader, peer_, why.message(), link_.clock().Now());
    link_.Close(why);
    return why;
  }
  BELLROCK_TRY(AppendFrame(link_.output(), parts, state_.options.frame_bytes_max));
  link_.Flush();
  return Status::Ok();
}

}  // namespace bellrock::rpc
