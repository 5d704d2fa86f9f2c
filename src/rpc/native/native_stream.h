// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "rpc/native/native_transport.h"

namespace bellrock::rpc {

// A streaming call on native frames: takes credit for what it writes and gives credit as items are
// read, so that at most a window waits on either side.
class NativeStream final : public TransportStream {
 public:
  NativeStream(std::shared_ptr<NativeTransport> transport, Time deadline);
  ~NativeStream() override;

  Status Begin(const OutgoingCall& call);
  Status Write(const Message& message) override;
  Status CloseWrites() override;
  Result<bool> Read(Message& message) override;
  const IncomingReply& end() const override { return end_; }

 private:
  Result<bool> TakeItem(Message& message);

  const std::shared_ptr<NativeTransport> transport_;
  const Time deadline_;
  IncomingReply end_;
  PendingCall pending_;
  Compression compression_ = Compression::kNone;
  uint64_t id_ = 0;
  bool open_ = false;
  bool writes_closed_ = false;
  size_t read_bytes_ = 0;  // read but not yet given back as credit
};

}  // namespace bellrock::rpc
