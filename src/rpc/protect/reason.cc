// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/reason.h"

namespace bellrock::rpc::protect {

std::string_view ReasonName(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "none";
    case Reason::kDeadline:
      return "deadline";
    case Reason::kConcurrency:
      return "concurrency";
    case Reason::kMethodConcurrency:
      return "method_concurrency";
    case Reason::kQueueFull:
      return "queue_full";
    case Reason::kQueueAge:
      return "queue_age";
    case Reason::kDisplaced:
      return "displaced";
    case Reason::kRateQuota:
      return "rate_quota";
    case Reason::kConcurrencyQuota:
      return "concurrency_quota";
  }
  return "?";
}

std::string_view QosName(Qos qos) {
  switch (qos) {
    case Qos::kCritical:
      return "critical";
    case Qos::kNormal:
      return "normal";
    case Qos::kBackground:
      return "background";
  }
  return "?";
}

}  // namespace bellrock::rpc::protect
