// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/session.h"

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "fiber/fiber.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc::http2 {
namespace {

// Fields of a block that we send without an allocation for them.
constexpr size_t kFieldsInline = 32;
// Acknowledgements queued for a peer that sends pings or settings and does not read.
constexpr size_t kAcksMax = 1000;
// Each field counts for this much more than its text (RFC 9113 6.5.2).
constexpr size_t kFieldOverhead = 32;

std::string_view View(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));  // nghttp2 only reads it
}

// nghttp2's form of header fields; nghttp2 copies those that do not last when they are submitted.
class FieldArray {
 public:
  explicit FieldArray(std::span<const HeaderField> fields) : size_(fields.size()) {
    if (size_ > kFieldsInline) many_.resize(size_);
    nghttp2_nv* const to = size_ > kFieldsInline ? many_.data() : inline_.data();
    for (size_t i = 0; i < size_; ++i) {
      const HeaderField& field = fields[i];
      to[i] = {Bytes(field.name), Bytes(field.value), field.name.size(), field.value.size(),
               Flags(field)};
    }
  }
  const nghttp2_nv* get() const { return many_.empty() ? inline_.data() : many_.data(); }
  size_t size() const { return size_; }

 private:
  static uint8_t Flags(const HeaderField& field) {
    int flags = NGHTTP2_NV_FLAG_NONE;
    if (field.lasting) flags |= NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;
    if (field.unique) flags |= NGHTTP2_NV_FLAG_NO_INDEX;
    return static_cast<uint8_t>(flags);
  }

  std::array<nghttp2_nv, kFieldsInline> inline_;
  std::vector<nghttp2_nv> many_;
  size_t size_;
};

}  // namespace

const std::string_view kClientPreface = {NGHTTP2_CLIENT_MAGIC, NGHTTP2_CLIENT_MAGIC_LEN};

std::string ErrorCodeName(ErrorCode code) {
  const auto number = static_cast<uint32_t>(code);
  const std::string_view name = nghttp2_http2_strerror(number);
  return name == "unknown" ? fmt::format("ERROR_{}", number) : std::string(name);
}

struct Session::Core {
  nghttp2_session* session = nullptr;

  ~Core() { nghttp2_session_del(session); }
  SessionStream* Find(int32_t id) const {
    return static_cast<SessionStream*>(nghttp2_session_get_stream_user_data(session, id));
  }
};

// What nghttp2 calls.
struct Session::Callbacks {
  static Session& Self(void* user) { return *static_cast<Session*>(user); }

  static int BeginHeaders(nghttp2_session*, const nghttp2_frame*, void* user) {
    Session& self = Self(user);
    self.header_bytes_ = 0;
    self.headers_too_large_ = false;
    self.sink_.OnHeadersBegin();
    return 0;
  }

  static int Header(nghttp2_session*, const nghttp2_frame*, const uint8_t* name, size_t name_size,
                    const uint8_t* value, size_t value_size, uint8_t, void* user) {
    Session& self = Self(user);
    self.header_bytes_ += name_size + value_size + kFieldOverhead;
    if (self.header_bytes_ > self.options_.header_bytes_max) {
      self.headers_too_large_ = true;
      return 0;
    }
    self.sink_.OnHeader(View(name, name_size), View(value, value_size));
    return 0;
  }

  static void EndHeaders(Session& self, const nghttp2_frame& frame) {
    const bool trailers = frame.headers.cat == NGHTTP2_HCAT_HEADERS;
    // An interim answer is followed by the final one, in nghttp2's view of the same kind.
    const bool end = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    const HeadersKind kind = frame.headers.cat == NGHTTP2_HCAT_REQUEST ? HeadersKind::kRequest
                             : trailers && end                         ? HeadersKind::kTrailers
                                                                       : HeadersKind::kResponse;
    self.sink_.OnHeadersEnd({.id = frame.hd.stream_id,
                             .stream = self.core_->Find(frame.hd.stream_id),
                             .kind = kind,
                             .end_stream = end,
                             .too_large = self.headers_too_large_});
  }

  static void NoteControl(Session& self, Control control) {
    if (!self.failure_.ok()) return;
    if (Status status = self.sink_.OnControl(control); !status.ok()) {
      self.Terminate(ErrorCode::kEnhanceYourCalm, status);
    }
  }

  static int FrameReceived(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Session& self = Self(user);
    const bool ack = (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0;
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        EndHeaders(self, *frame);
        break;
      case NGHTTP2_DATA:
        if (frame->hd.length == 0 && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) {
          NoteControl(self, Control::kEmptyData);
        }
        break;
      case NGHTTP2_RST_STREAM:
        NoteControl(self, Control::kReset);
        return 0;
      case NGHTTP2_PRIORITY:
        NoteControl(self, Control::kPriority);
        return 0;
      case NGHTTP2_SETTINGS:
        if (ack) return 0;
        NoteControl(self, Control::kSettings);
        self.sink_.OnSettings();
        return 0;
      case NGHTTP2_PING:
        OnPing(self, frame->ping, ack);
        return 0;
      case NGHTTP2_GOAWAY:
        self.sink_.OnGoaway(frame->goaway.last_stream_id,
                            static_cast<ErrorCode>(frame->goaway.error_code),
                            View(frame->goaway.opaque_data, frame->goaway.opaque_data_len));
        return 0;
      default:
        return 0;
    }
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    if (SessionStream* stream = self.core_->Find(frame->hd.stream_id)) stream->OnRemoteEnd();
    return 0;
  }

  static void OnPing(Session& self, const nghttp2_ping& ping, bool ack) {
    if (!ack) return NoteControl(self, Control::kPing);
    uint64_t opaque = 0;
    std::memcpy(&opaque, ping.opaque_data, sizeof opaque);
    self.sink_.OnPong(opaque);
  }

  // A frame that is an error of its stream: nghttp2 resets the stream. Whoever makes many of them
  // makes us open and drop streams as a flood of resets does (CVE-2025-8671).
  static int InvalidFrame(nghttp2_session*, const nghttp2_frame*, int error, void* user) {
    Session& self = Self(user);
    if (self.last_error_.empty()) self.last_error_ = nghttp2_strerror(error);
    NoteControl(self, Control::kReset);
    return 0;
  }

  static int Data(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* bytes, size_t size,
                  void* user) {
    Session& self = Self(user);
    nghttp2_session_consume_connection(session, size);
    if (SessionStream* stream = self.core_->Find(id)) {
      stream->OnData(View(bytes, size));
    } else {
      nghttp2_session_consume_stream(session, id, size);
    }
    return 0;
  }

  static int StreamClose(nghttp2_session* session, int32_t id, uint32_t code, void* user) {
    SessionStream* stream = Self(user).core_->Find(id);
    if (stream == nullptr) return 0;
    nghttp2_session_set_stream_user_data(session, id, nullptr);
    stream->OnClosed(static_cast<ErrorCode>(code));
    return 0;
  }

  // A request that waited for its turn when the connection ended, or an answer whose header block
  // is too large to be sent.
  static int FrameNotSent(nghttp2_session* session, const nghttp2_frame* frame, int, void* user) {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    const int32_t id = frame->hd.stream_id;
    if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      return StreamClose(session, id, NGHTTP2_REFUSED_STREAM, user);
    }
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
    return 0;
  }

  // nghttp2 says why it ends a connection in its GOAWAY only.
  static void NoteGoaway(Session& self, const nghttp2_goaway& goaway) {
    if (goaway.error_code == NGHTTP2_NO_ERROR) return;
    self.last_error_ =
        fmt::format("{} {}", ErrorCodeName(static_cast<ErrorCode>(goaway.error_code)),
                    View(goaway.opaque_data, goaway.opaque_data_len));
  }

  // A server that has said all does not wait for the rest of a request that nobody reads.
  static int FrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) NoteGoaway(Self(user), frame->goaway);
    const int32_t id = frame->hd.stream_id;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    if (nghttp2_session_check_server_session(session) == 0) return 0;
    if (nghttp2_session_get_stream_remote_close(session, id) != 0) return 0;
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
    return 0;
  }

  static ssize_t ReadOutput(nghttp2_session* session, int32_t id, uint8_t*, size_t size,
                            uint32_t* flags, nghttp2_data_source*, void* user) {
    Session& self = Self(user);
    SessionStream* stream = self.core_->Find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const size_t taken = std::min(size, stream->output_.size());
    if (taken == 0 && !stream->ended_) {
      stream->paused_ = true;
      return NGHTTP2_ERR_DEFERRED;
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (!stream->ended_ || taken < stream->output_.size()) return static_cast<ssize_t>(taken);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!stream->trailers_) return static_cast<ssize_t>(taken);
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    self.trailers_.clear();
    stream->AddTrailers(self.trailers_);
    const FieldArray fields(self.trailers_);
    nghttp2_submit_trailer(session, id, fields.get(), fields.size());
    return static_cast<ssize_t>(taken);
  }

  static int SendData(nghttp2_session*, nghttp2_frame* frame, const uint8_t* head, size_t size,
                      nghttp2_data_source*, void* user) {
    Session& self = Self(user);
    SessionStream* stream = self.core_->Find(frame->hd.stream_id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    constexpr size_t kFrameHeadBytes = 9;
    OutputQueue& out = self.link_.output();
    out.Append(View(head, kFrameHeadBytes));
    out.Append(stream->output_.view().substr(0, size));
    if (size == 0) return 0;
    stream->output_.Consume(size);
    stream->OnSent();
    return 0;
  }

  static int Error(nghttp2_session*, int, const char* text, size_t size, void* user) {
    Self(user).last_error_.assign(text, size);
    return 0;
  }

  static nghttp2_session_callbacks* Make() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, BeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, Header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, FrameReceived);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, InvalidFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, StreamClose);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, FrameNotSent);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, FrameSent);
    nghttp2_session_callbacks_set_send_data_callback(callbacks, SendData);
    nghttp2_session_callbacks_set_error_callback2(callbacks, Error);
    return callbacks;
  }

  static nghttp2_option* MakeOptions() {
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_option_set_max_outbound_ack(options, kAcksMax);
    nghttp2_option_set_no_closed_streams(options, 1);
    // Resets are counted by the sink, which knows how many calls may be cancelled at once.
    nghttp2_option_set_stream_reset_rate_limit(options, UINT64_MAX, UINT64_MAX);
    return options;
  }

  static nghttp2_data_provider Provider() {
    nghttp2_data_provider provider{};
    provider.read_callback = ReadOutput;
    return provider;
  }
};

Session::Session(Role role, Link& link, SessionSink& sink, const SessionOptions& options)
    : link_(link), sink_(sink), options_(options), core_(std::make_unique<Core>()) {
  static nghttp2_session_callbacks* const callbacks = Callbacks::Make();
  static nghttp2_option* const session_options = Callbacks::MakeOptions();
  const auto make =
      role == Role::kServer ? nghttp2_session_server_new2 : nghttp2_session_client_new2;
  BELLROCK_CHECK(make(&core_->session, callbacks, this, session_options) == 0,
                 "nghttp2 has no memory");
}

Session::~Session() {
  BELLROCK_CHECK(!pump_waits_, "a session is destroyed before Finish()");
  link_.loop().ForgetTurnHook(*this);
}

void Session::Start() {
  const bool server = nghttp2_session_check_server_session(core_->session) != 0;
  std::vector<nghttp2_settings_entry> settings = {
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options_.stream_window_bytes},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(options_.header_bytes_max)}};
  if (server) {
    settings.push_back({NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, options_.streams_max});
    settings.push_back({NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1});
  } else {
    settings.push_back({NGHTTP2_SETTINGS_ENABLE_PUSH, 0});
  }
  nghttp2_submit_settings(core_->session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(core_->session, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<int32_t>(options_.connection_window_bytes));
  Wake();
}

Status Session::Serve() {
  for (;;) {
    BELLROCK_TRY(Feed(link_.input().view()));
    link_.input().Consume(link_.input().size());
    Result<bool> more = link_.ReadMore();
    if (!more.ok()) return more.status();
    if (!*more) return UnavailableError("the peer closed the connection");
  }
}

Status Session::Feed(std::string_view bytes) {
  const ssize_t taken = nghttp2_session_mem_recv(core_->session, Bytes(bytes), bytes.size());
  // Not only at the turn's end: a GOAWAY is the last word before the link is closed.
  Pump();
  Wake();
  if (taken < 0) {
    return InvalidArgumentError(Numbered(
        ErrorNumber::kHttp2Broken,
        fmt::format("the peer broke HTTP/2: {}{}{}", nghttp2_strerror(static_cast<int>(taken)),
                    last_error_.empty() ? "" : "; ", last_error_)));
  }
  if (!failure_.ok()) return failure_;
  return nghttp2_session_want_read(core_->session) != 0 ? Status::Ok() : WhyEnded();
}

Status Session::WhyEnded() const {
  if (last_error_.empty()) return UnavailableError("the connection has ended");
  return InvalidArgumentError(
      Numbered(ErrorNumber::kHttp2Broken, fmt::format("the peer broke HTTP/2: {}", last_error_)));
}

void Session::Finish() {
  fiber::ScopedShield shield;
  while (pump_waits_) (void)pump_ended_.Wait();
}

Status Session::Open(SessionStream& stream, std::span<const HeaderField> request, bool end_stream) {
  if (nghttp2_session_check_request_allowed(core_->session) == 0) {
    return UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken,
                                     "the connection takes no new stream: it is ending"));
  }
  const FieldArray fields(request);
  const nghttp2_data_provider provider = Callbacks::Provider();
  const int32_t id =
      nghttp2_submit_request(core_->session, nullptr, fields.get(), fields.size(),
                             end_stream ? nullptr : &provider, static_cast<void*>(&stream));
  if (id < 0) {
    return UnavailableError(
        Numbered(ErrorNumber::kShutDownBeforeTaken,
                 fmt::format("the connection takes no new stream: {}", nghttp2_strerror(id))));
  }
  stream.id_ = id;
  stream.ended_ = end_stream;
  Wake();
  return Status::Ok();
}

void Session::Attach(int32_t id, SessionStream& stream) {
  stream.id_ = id;
  nghttp2_session_set_stream_user_data(core_->session, id, &stream);
}

void Session::Respond(SessionStream& stream, std::span<const HeaderField> response,
                      bool end_stream) {
  const FieldArray fields(response);
  const nghttp2_data_provider provider = Callbacks::Provider();
  stream.ended_ = stream.ended_ || end_stream;
  nghttp2_submit_response(core_->session, stream.id_, fields.get(), fields.size(),
                          end_stream ? nullptr : &provider);
  Wake();
}

void Session::Refuse(int32_t id, std::span<const HeaderField> response) {
  const FieldArray fields(response);
  nghttp2_submit_response(core_->session, id, fields.get(), fields.size(), nullptr);
  Wake();
}

void Session::Inform(SessionStream& stream, std::span<const HeaderField> interim) {
  const FieldArray fields(interim);
  nghttp2_submit_headers(core_->session, NGHTTP2_FLAG_NONE, stream.id_, nullptr, fields.get(),
                         fields.size(), nullptr);
  Wake();
}

void Session::Send(SessionStream& stream) {
  if (std::exchange(stream.paused_, false)) nghttp2_session_resume_data(core_->session, stream.id_);
  Wake();
}

void Session::End(SessionStream& stream) {
  stream.ended_ = true;
  Send(stream);
}

void Session::EndWithTrailers(SessionStream& stream) {
  stream.trailers_ = true;
  End(stream);
}

void Session::GiveWindow(SessionStream& stream, size_t bytes) {
  if (bytes == 0) return;
  nghttp2_session_consume_stream(core_->session, stream.id_, bytes);
  Wake();
}

void Session::Reset(SessionStream& stream, ErrorCode code) {
  Reset(stream.id_, code);
}

void Session::Reset(int32_t id, ErrorCode code) {
  nghttp2_submit_rst_stream(core_->session, NGHTTP2_FLAG_NONE, id, static_cast<uint32_t>(code));
  Wake();
}

void Session::Abandon(SessionStream& stream, ErrorCode code) {
  nghttp2_session_set_stream_user_data(core_->session, stream.id_, nullptr);
  Reset(stream, code);
}

void Session::Ping(uint64_t opaque) {
  uint8_t bytes[sizeof opaque];
  std::memcpy(bytes, &opaque, sizeof opaque);
  nghttp2_submit_ping(core_->session, NGHTTP2_FLAG_NONE, bytes);
  Wake();
}

void Session::ShutdownNotice() {
  nghttp2_submit_shutdown_notice(core_->session);
  Wake();
}

void Session::Goaway(ErrorCode code) {
  nghttp2_submit_goaway(core_->session, NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(core_->session),
                        static_cast<uint32_t>(code), nullptr, 0);
  Wake();
}

void Session::Terminate(ErrorCode code, const Status& why) {
  if (failure_.ok()) failure_ = why;
  // With the text, for the peer's log.
  const std::string_view text = why.message();
  nghttp2_submit_goaway(core_->session, NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(core_->session),
                        static_cast<uint32_t>(code), Bytes(text), text.size());
  nghttp2_session_terminate_session(core_->session, static_cast<uint32_t>(code));
  Wake();
}

uint32_t Session::peer_streams_max() const {
  return nghttp2_session_get_remote_settings(core_->session,
                                             NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool Session::open() const {
  return failure_.ok() && !link_.closed() && nghttp2_session_want_read(core_->session) != 0;
}

void Session::Wake() {
  if (!link_.closed()) link_.loop().AtTurnEnd(*this);
}

void Session::OnTurnEnd() {
  FlushNow();
}

void Session::FlushNow() {
  if (link_.closed()) return;
  Pump();
  link_.FlushNow();
  if (!link_.output().empty()) link_.Flush();
}

void Session::Pump() {
  while (link_.output().size() < kOutputAhead) {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(core_->session, &bytes);
    if (size < 0) {
      failure_ = InternalError(Numbered(
          ErrorNumber::kHttp2Broken,
          fmt::format("HTTP/2 output failed: {}", nghttp2_strerror(static_cast<int>(size)))));
      return link_.Close(failure_);
    }
    if (size == 0) return;
    link_.output().Append(View(bytes, static_cast<size_t>(size)));
  }
  if (nghttp2_session_want_write(core_->session) != 0) PumpWhenDrained();
}

void Session::PumpWhenDrained() {
  if (pump_waits_) return;
  pump_waits_ = true;
  const Status spawned = link_.loop().Spawn([this] {
    (void)link_.WaitOutput(kOutputAhead / 2);
    pump_waits_ = false;
    Wake();
    pump_ended_.WakeAll();
  });
  if (spawned.ok()) return;
  pump_waits_ = false;
  link_.Close(spawned);
}

}  // namespace bellrock::rpc::http2
