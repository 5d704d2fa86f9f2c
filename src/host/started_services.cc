// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "host/started_services.h"

#include <string>

namespace bellrock::host {

StartedServices::~StartedServices() {
  for (; started_ > 0; --started_) services_[started_ - 1]->Stop();
}

Status StartedServices::Start(const PluginContext& context) {
  for (const auto& each : services_) {
    const Status status = each->Start(context);
    if (!status.ok()) {
      return status.WithContext("OnStart of " + std::string(each->service().full_name()));
    }
    ++started_;
  }
  return Status::Ok();
}

}  // namespace bellrock::host
