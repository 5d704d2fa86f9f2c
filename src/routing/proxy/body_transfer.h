// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "fiber/environment.h"
#include "routing/proxy/body.h"
#include "routing/proxy/lender.h"
#include "rpc/byte_buffer.h"

namespace bellrock::routing::proxy {

// Passes the rest of a message's body from one stream to another as it comes, a block at a time:
// no more of it lies here than that. Long bodies of known length go through a pipe in the kernel.
class BodyTransfer {
 public:
  enum class End : uint8_t { kDone, kSourceFailed, kTargetFailed };
  struct Ends {
    fiber::Stream& source;
    fiber::Stream& target;
    rpc::ByteBuffer& beyond;  // gets what was read behind the body's end
  };

  BodyTransfer(Lender& lender, Body& body, Ends ends, std::function<void(size_t)> on_bytes)
      : lender_(lender), body_(body), ends_(ends), on_bytes_(std::move(on_bytes)) {}

  // Blocks until the body has passed or cannot.
  End Run();

 private:
  End Copy();
  End Splice(fiber::SplicePipe& pipe);

  Lender& lender_;
  Body& body_;
  const Ends ends_;
  const std::function<void(size_t)> on_bytes_;
};

}  // namespace bellrock::routing::proxy
