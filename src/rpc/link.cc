// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/link.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "fiber/fiber.h"

namespace bellrock::rpc {
namespace {
// One read asks for at least this much; it doubles as long as reads fill it.
constexpr size_t kReadBytesMin = 2 << 10;
constexpr size_t kReadBytesMax = 32 << 10;
// Read by one link in one turn of the loop; more waits for the next, so that a fast peer neither
// starves the others nor piles up replies that only leave when the turn ends.
constexpr size_t kReadPerTurnMax = 128 << 10;
// A frame of this length that has not come in one piece is read into a block of its own, of which
// its attachment is a part.
constexpr size_t kOwnBlockBytesMin = 64 << 10;
// When this many messages were queued in a turn they go out at once: a peer on another core then
// works on the first while we still make the rest, where both would wait for each other. Doubles
// within the turn, so that a turn of n messages costs log n system calls.
constexpr size_t kFlushEarlyAt = 32;
}  // namespace

Link::Link(fiber::Loop& loop, fiber::Clock& clock, std::unique_ptr<fiber::Stream> stream)
    : loop_(loop),
      clock_(clock),
      stream_(std::move(stream)),
      flush_early_at_(kFlushEarlyAt),
      read_bytes_(kReadBytesMin),
      last_progress_(clock.Now()),
      last_read_(last_progress_) {}

Link::~Link() {
  loop_.ForgetTurnHook(*this);
}

void Link::Flush() {
  if (closed() || writer_runs_) return;
  if (++queued_ >= flush_early_at_) {
    flush_early_at_ *= 2;
    FlushNow();
  }
  if (!closed()) loop_.AtTurnEnd(*this);
}

void Link::OnTurnEnd() {
  queued_ = 0;
  flush_early_at_ = kFlushEarlyAt;
  if (closed() || writer_runs_ || output_.empty()) return;
  WriteSome();
  if (closed() || output_.empty()) return;
  writer_runs_ = true;
  if (Status status = loop_.Spawn([this] { WriteBacklog(); }); !status.ok()) {
    writer_runs_ = false;
    Close(status);
  }
}

void Link::FlushNow() {
  if (!closed() && !writer_runs_ && !output_.empty()) WriteSome();
}

void Link::WriteSome() {
  std::array<iovec, OutputQueue::kPartsMax> parts;
  const size_t count = output_.Gather(parts);
  Result<size_t> written = stream_->TryWrite({parts.data(), count});
  if (!written.ok()) return Close(written.status());
  if (*written == 0) return;
  output_.Consume(*written);
  bytes_out_ += *written;
  last_progress_ = loop_.turn_time();
  output_waiters_.WakeAll();
}

void Link::WriteBacklog() {
  while (!closed() && !output_.empty()) {
    if (Status status = stream_->WaitWritable(); !status.ok()) {
      Close(status);
      break;
    }
    WriteSome();
  }
  writer_runs_ = false;
  writer_end_.WakeAll();
}

Status Link::WaitOutput(size_t bytes, Time until) {
  while (!closed() && output_.size() > bytes) BELLROCK_TRY(output_waiters_.Wait(until));
  return why_;
}

Result<bool> Link::ReadMore() {
  char* to = input_.Reserve(read_bytes_);
  const size_t room = input_.room();
  BELLROCK_ASSIGN(const size_t got, ReadInto(to, room));
  input_.Commit(got);
  if (got == room) read_bytes_ = std::min(read_bytes_ * 2, kReadBytesMax);
  return got > 0;
}

Result<size_t> Link::ReadInto(char* to, size_t room) {
  if (closed()) return why_;
  BELLROCK_TRY(LetOthersRun());
  Result<size_t> got = stream_->Read({reinterpret_cast<std::byte*>(to), room});
  if (!got.ok() || *got == 0) return got;
  bytes_in_ += *got;
  read_in_turn_ += *got;
  last_read_ = last_progress_ = clock_.Now();
  return got;
}

Status Link::ReadLargeFrame(FrameSink& sink, const FrameHeader& header) {
  const auto bytes = std::make_shared_for_overwrite<char[]>(header.length);
  input_.Consume(kFrameHeaderBytes);
  size_t have = std::min<size_t>(input_.size(), header.length);
  std::memcpy(bytes.get(), input_.view().data(), have);
  input_.Consume(have);
  while (have < header.length) {
    BELLROCK_ASSIGN(const size_t got, ReadInto(bytes.get() + have, header.length - have));
    if (got == 0) return UnavailableError("the peer closed the connection within a frame");
    have += got;
  }
  const std::shared_ptr<const void> block(bytes, bytes.get());
  const std::string_view all(bytes.get(), header.length);
  BELLROCK_TRY(sink.OnFrame({.header = header,
                             .meta = all.substr(0, header.meta_length),
                             .body = all.substr(header.meta_length),
                             .block = &block}));
  return why_;
}

Status Link::LetOthersRun() {
  if (loop_.turn_time() != read_turn_) {
    read_turn_ = loop_.turn_time();
    read_in_turn_ = 0;
  }
  if (read_in_turn_ < kReadPerTurnMax) return Status::Ok();
  read_in_turn_ = 0;
  return fiber::SleepUntil(loop_.Now());  // Yield() would stay within the turn
}

Status Link::ReadFrames(FrameSink& sink, size_t frame_bytes_max) {
  for (;;) {
    Frame frame;
    Status error;
    ParseState state;
    while ((state = ParseFrame(input_.view(), frame_bytes_max, &frame, &error)) ==
           ParseState::kFrame) {
      BELLROCK_TRY(sink.OnFrame(frame));
      if (closed()) return why_;
      input_.Consume(frame.size());
    }
    if (state == ParseState::kBad) return error;
    // The header of what is not complete was checked as soon as it was there.
    if (input_.size() >= kFrameHeaderBytes && frame.header.length >= kOwnBlockBytesMin) {
      BELLROCK_TRY(ReadLargeFrame(sink, frame.header));
      continue;
    }
    Result<bool> more = ReadMore();
    if (!more.ok()) return more.status();
    if (!*more) {
      return UnavailableError(input_.empty() ? "the peer closed the connection"
                                             : "the peer closed the connection within a frame");
    }
  }
}

void Link::Close(Status why) {
  if (closed()) return;
  if (!output_.empty() && !writer_runs_) {
    std::array<iovec, OutputQueue::kPartsMax> parts;
    const size_t count = output_.Gather(parts);
    (void)stream_->TryWrite(
        {parts.data(), count});  // a last word; whether it arrives does not matter
  }
  why_ = why.ok() ? UnavailableError("the connection was closed") : std::move(why);
  stream_->Close();
  output_waiters_.WakeAll();
}

void Link::Finish(Status why) {
  Close(std::move(why));
  fiber::ScopedShield shield;
  while (writer_runs_) (void)writer_end_.Wait();
}

}  // namespace bellrock::rpc
