// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/splice.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "fiber/socket.h"
#include "fiber/station.h"

namespace bellrock::fiber {
namespace {

// What a pipe is asked to hold; the kernel gives less to a user who has many.
constexpr int kPipeBytes = 1 << 20;

}  // namespace

Result<std::unique_ptr<SplicePipe>> SplicePipe::Open() {
  int ends[2];
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return NetworkError("pipe", LastError());
  (void)fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);
  return std::unique_ptr<SplicePipe>(new SplicePipe(ends[1], ends[0]));
}

SplicePipe::~SplicePipe() {
  close(in_);
  close(out_);
}

bool SplicePipe::CanJoin(Stream& from, Stream& to) {
  return SocketOf(from) != nullptr && SocketOf(to) != nullptr;
}

Result<size_t> SplicePipe::Fill(Stream& from, size_t max) {
  Socket& socket = *SocketOf(from);
  for (;;) {
    if (socket.closed()) return UnavailableError("stream closed");
    if (!socket.may_read()) {
      BELLROCK_TRY(socket.WaitReadable());
      continue;
    }
    const ssize_t count =
        splice(socket.descriptor(), nullptr, in_, nullptr, max, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (count >= 0) {
      held_ = static_cast<size_t>(count);
      return held_;
    }
    if (LastError() == EINTR) continue;
    if (LastError() != EAGAIN) return NetworkError("splice", LastError());
    socket.NothingToRead();
    BELLROCK_TRY(socket.WaitReadable());
  }
}

Status SplicePipe::Drain(Stream& to) {
  Socket& socket = *SocketOf(to);
  while (held_ > 0) {
    if (socket.closed()) return UnavailableError("stream closed");
    const ssize_t count = splice(out_, nullptr, socket.descriptor(), nullptr, held_,
                                 SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (count > 0) {
      held_ -= static_cast<size_t>(count);
      continue;
    }
    if (count < 0 && LastError() == EINTR) continue;
    if (count < 0 && LastError() != EAGAIN) return NetworkError("splice", LastError());
    BELLROCK_TRY(socket.WaitWritable());
  }
  return Status::Ok();
}

}  // namespace bellrock::fiber
