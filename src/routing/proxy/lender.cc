// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/lender.h"

#include <utility>

namespace bellrock::routing::proxy {

fiber::SplicePipe* PipeLoan::pipe() {
  if (!std::exchange(asked_, true)) {
    if (!lender_.pipes_.empty()) {
      pipe_ = std::move(lender_.pipes_.back());
      lender_.pipes_.pop_back();
    } else if (auto opened = fiber::SplicePipe::Open(); opened.ok()) {
      pipe_ = std::move(*opened);
    }
  }
  return pipe_.get();
}

PipeLoan::~PipeLoan() {
  // What a broken connection has left in it belongs to nobody else.
  if (pipe_ && pipe_->empty() && lender_.pipes_.size() < kKeptMax) {
    lender_.pipes_.push_back(std::move(pipe_));
  }
}

}  // namespace bellrock::routing::proxy
