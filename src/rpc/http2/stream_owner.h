// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "rpc/http2/session.h"

namespace bellrock::rpc::http2 {

// What each request of a server's connection needs of it, whatever the request is. The memory of
// all of them is bounded here: request bytes that no handler has taken, and answers that the peer
// has not read.
class StreamOwner {
 public:
  virtual ~StreamOwner() = default;
  virtual Session& session() = 0;
  virtual size_t message_bytes_max() const = 0;
  // False and nothing counted if that is too much.
  virtual bool HoldRequestBytes(size_t bytes) = 0;
  virtual void ReleaseRequestBytes(size_t bytes) = 0;
  // Whether another answer may wait, and whether a handler that writes more should.
  virtual bool MayQueueReply() const = 0;
  virtual bool WriterShouldWait() const = 0;
  virtual void AddReplyBytes(size_t bytes) = 0;
  virtual void TakeReplyBytes(size_t bytes) = 0;
  // Something runs for a request, and has ended.
  virtual void NoteBegun() = 0;
  virtual void NoteEnded() = 0;
};

}  // namespace bellrock::rpc::http2
