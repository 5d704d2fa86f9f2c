// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "client/fault_injector.h"

#include "base/log.h"
#include "fiber/fiber.h"

namespace bellrock::client {

constexpr uint32_t kPpm = 1'000'000;

Result<rpc::v1::SetReply> FaultInjector::Set(ServerContext& context,
                                             const rpc::v1::SetRequest& request) {
  if (request.delay_ms() < 0 || request.delay_ms() > kDelayMsMax) {
    return InvalidArgumentError("delay_ms " + std::to_string(request.delay_ms()) +
                                ": must be 0..60000");
  }
  if (!(request.fail_ratio() >= 0 && request.fail_ratio() <= 1)) {
    return InvalidArgumentError("fail_ratio " + std::to_string(request.fail_ratio()) +
                                ": must be 0..1");
  }
  delay_ms_ = request.delay_ms();
  fail_ppm_ = static_cast<uint32_t>(request.fail_ratio() * kPpm);
  log::Warning("faults", "{} sets: delay {} ms, fail ratio {}", context.peer(), request.delay_ms(),
               request.fail_ratio());
  return rpc::v1::SetReply();
}

Status FaultInjector::Before(ServerContext&, std::string_view service, std::string_view) {
  if (service == kFullName) return Status::Ok();
  if (const int32_t delay = delay_ms_; delay > 0) {
    BELLROCK_TRY(fiber::SleepFor(std::chrono::milliseconds(delay)));
  }
  const uint32_t fail_ppm = fail_ppm_;
  if (fail_ppm > 0 && random_.Next() % kPpm < fail_ppm) {
    return UnavailableError("fault injected; heal it with bellrock.rpc.v1.Faults/Set {}");
  }
  return Status::Ok();
}

}  // namespace bellrock::client
