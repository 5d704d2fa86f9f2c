// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "bellrock/interceptor.h"
#include "bellrock/rpc/v1/faults.bellrock.h"
#include "fiber/environment.h"

namespace bellrock::client {

// Makes a program slow or failing on demand, for drills: what Faults.Set says holds for every call
// but those of Faults itself. Thread-safe.
class FaultInjector final : public rpc::v1::FaultsService, public ServerInterceptor {
 public:
  static constexpr int kDelayMsMax = 60'000;

  explicit FaultInjector(fiber::Random& random) : random_(random) {}

  Result<rpc::v1::SetReply> Set(ServerContext& context,
                                const rpc::v1::SetRequest& request) override;
  Status Before(ServerContext& context, std::string_view service, std::string_view method) override;

 private:
  fiber::Random& random_;
  std::atomic<int32_t> delay_ms_{0};
  std::atomic<uint32_t> fail_ppm_{0};
};

}  // namespace bellrock::client
