// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "routing/proxy/lender.h"

namespace bellrock::routing::proxy {

// Passes bytes between two streams, both ways, until both sides have ended theirs: a side that ends
// is told to the other, and what the other still says goes through. An error ends both. Small steps
// are copied, large ones go through a pipe in the kernel. Lives in a connection's fiber.
class Relay {
 public:
  struct Ends {
    fiber::Stream& client;
    fiber::Stream& instance;
  };
  // `on_bytes` is told of each step: where the bytes came from, and how many.
  enum class From : uint8_t { kClient, kInstance };
  using OnBytes = std::function<void(From from, size_t bytes)>;

  Relay(Lender& lender, Ends ends, OnBytes on_bytes)
      : lender_(lender), ends_(ends), on_bytes_(std::move(on_bytes)) {}

  // Blocks until it is over. Who broke the connection, or OK.
  Status Run();
  // The first of both to end its side or to break.
  From first_to_end() const { return first_to_end_; }

 private:
  Status Pump(From from, fiber::Stream& source, fiber::Stream& target);
  Result<size_t> Copy(fiber::Stream& source, fiber::Stream& target);
  static Result<size_t> Splice(fiber::SplicePipe& pipe, fiber::Stream& source,
                               fiber::Stream& target);
  void Ended(From from, const Status& status);

  Lender& lender_;
  const Ends ends_;
  const OnBytes on_bytes_;
  bool one_ended_ = false;
  From first_to_end_ = From::kClient;
  Status why_;
};

}  // namespace bellrock::routing::proxy
