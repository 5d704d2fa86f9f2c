// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "rpc/byte_buffer.h"
#include "rpc/native/frame.h"
#include "rpc/output_queue.h"

namespace bellrock::rpc {

// Gets the frames of a link. The frame points into the link's buffer and is valid during the call
// only.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  // An error ends the link.
  virtual Status OnFrame(const Frame& frame) = 0;
};

// One end of a connection, whatever its protocol: input lies in one buffer and is parsed in place;
// output is queued and sent with one system call at the end of the loop's turn, some of it earlier
// when there is much, the rest by a fiber of its own when the kernel takes no more. Belongs to one
// loop. The owner reads from one fiber and calls Finish() before it destroys the link.
class Link final : public fiber::TurnHook {
 public:
  Link(fiber::Loop& loop, fiber::Clock& clock, std::unique_ptr<fiber::Stream> stream);
  ~Link() override;

  // Appends to this, then calls Flush(). Bounding it is the caller's part.
  OutputQueue& output() { return output_; }
  const OutputQueue& output() const { return output_; }
  // One message was appended: the output goes out when this turn ends at the latest.
  void Flush();
  // Offers the output to the kernel at once, before the end of the turn.
  void FlushNow();
  // Blocks until at most `bytes` are queued. kUnavailable when the link has ended.
  Status WaitOutput(size_t bytes, Time until = kNever);

  ByteBuffer& input() { return input_; }
  // Blocks until bytes were appended to the input; false = the peer closed its side.
  Result<bool> ReadMore();
  // Hands over frame after frame until the link ends; returns why.
  Status ReadFrames(FrameSink& sink, size_t frame_bytes_max);

  // Sends what the kernel takes at once and ends the link. The first reason stays.
  void Close(Status why);
  bool closed() const { return !why_.ok(); }
  const Status& why_closed() const { return why_; }
  // Closes and blocks until nothing uses the link any more, cancelled or not.
  void Finish(Status why);

  // Puts another stream around the one it has, before anything was written and while nobody reads.
  using StreamWrap = std::function<std::unique_ptr<fiber::Stream>(std::unique_ptr<fiber::Stream>)>;
  void Wrap(const StreamWrap& wrap) { stream_ = wrap(std::move(stream_)); }

  const fiber::Stream& stream() const { return *stream_; }
  fiber::Loop& loop() { return loop_; }
  fiber::Clock& clock() const { return clock_; }
  uint64_t bytes_in() const { return bytes_in_; }
  uint64_t bytes_out() const { return bytes_out_; }
  // When bytes last went either way.
  Time last_progress() const { return last_progress_; }
  // When bytes last came.
  Time last_read() const { return last_read_; }

  void OnTurnEnd() override;

 private:
  Status LetOthersRun();
  // 0 = the peer closed its side.
  Result<size_t> ReadInto(char* to, size_t room);
  // A frame too large for the input, whose header lies there: reads it into a block of its own.
  Status ReadLargeFrame(FrameSink& sink, const FrameHeader& header);
  void WriteSome();
  void WriteBacklog();

  fiber::Loop& loop_;
  fiber::Clock& clock_;
  std::unique_ptr<fiber::Stream> stream_;
  ByteBuffer input_;
  OutputQueue output_;
  size_t queued_ = 0;      // messages of this turn
  size_t flush_early_at_;  // of them
  size_t read_bytes_;
  size_t read_in_turn_ = 0;
  Time read_turn_{};
  Status why_;
  uint64_t bytes_in_ = 0;
  uint64_t bytes_out_ = 0;
  Time last_progress_;
  Time last_read_;
  bool writer_runs_ = false;
  fiber::WaitQueue output_waiters_;
  fiber::WaitQueue writer_end_;
};

}  // namespace bellrock::rpc
