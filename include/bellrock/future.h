// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "bellrock/fiber.h"
#include "bellrock/status.h"

namespace bellrock {

// A result that is on its way. Copies share it. Thread-safe; Get() blocks the calling fiber only,
// or the thread outside fibers.
template <typename T>
class Future {
 public:
  bool ready() const { return state_->done.is_set(); }
  // Blocks until the result is there. kCancelled or kDeadlineExceeded if the waiting fiber may not
  // wait so long; the work goes on meanwhile, and Get() may be called again.
  Result<T> Get() const {
    BELLROCK_TRY(state_->done.Wait());
    return *state_->result;
  }

 private:
  template <typename U>
  friend Future<U> Async(std::function<Result<U>()> work);
  struct State {
    Completion done;
    std::optional<Result<T>> result;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// Runs `work` as a fiber of its own (see Go) and returns at once. If no fiber can be started the
// future holds the reason.
template <typename T>
Future<T> Async(std::function<Result<T>()> work) {
  Future<T> future;
  const Status started = Go([state = future.state_, work = std::move(work)] {
    state->result.emplace(work());
    state->done.Set();
  });
  if (!started.ok()) {
    future.state_->result.emplace(started);
    future.state_->done.Set();
  }
  return future;
}

}  // namespace bellrock
