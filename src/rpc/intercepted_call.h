// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "bellrock/interceptor.h"

namespace bellrock::rpc {

// A call on its way past a client's interceptors, with options of its own that they may change.
// Lives on the caller's stack.
class InterceptedCall {
 public:
  InterceptedCall(const std::vector<ClientInterceptor*>& interceptors, std::string_view callee,
                  std::string_view service, std::string_view method, const CallOptions& options)
      : interceptors_(interceptors), options_(options), call_{callee, service, method, options_} {}
  InterceptedCall(const InterceptedCall&) = delete;
  InterceptedCall& operator=(const InterceptedCall&) = delete;

  const CallOptions& options() const { return options_; }

  // In order, up to the first that refuses.
  Status Before() {
    for (ClientInterceptor* interceptor : interceptors_) {
      BELLROCK_TRY(interceptor->Before(call_));
      ++passed_;
    }
    return Status::Ok();
  }
  // In reverse, those that let it pass.
  void After(const Status& status) {
    while (passed_ > 0) interceptors_[--passed_]->After(call_, status);
  }

 private:
  const std::vector<ClientInterceptor*>& interceptors_;
  CallOptions options_;
  ClientCall call_;
  size_t passed_ = 0;
};

}  // namespace bellrock::rpc
