// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "bellrock/metrics.h"
#include "client/runtime.h"

namespace bellrock {

class MetricsSession::Core {
 public:
  explicit Core(Result<std::shared_ptr<client::Runtime>> runtime) : runtime_(std::move(runtime)) {}
  Status status() const { return runtime_.status(); }

 private:
  // It sends while somebody keeps it.
  Result<std::shared_ptr<client::Runtime>> runtime_;
};

MetricsSession::MetricsSession(std::string_view service) {
  if (Status named = client::CheckServiceName(service); !named.ok()) {
    core_ = std::make_unique<Core>(named);
    return;
  }
  client::Runtime::Introduce(std::string(service), 1);
  core_ = std::make_unique<Core>(client::Runtime::Get());
}

MetricsSession::~MetricsSession() = default;

Status MetricsSession::status() const {
  return core_->status();
}

}  // namespace bellrock
