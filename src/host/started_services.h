// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "bellrock/plugin.h"
#include "bellrock/status.h"

namespace bellrock::host {

// The services of a plug-in between OnStart and OnStop: started in order, stopped in reverse order
// by the destructor; what has not started is not stopped. Main thread.
class StartedServices {
 public:
  explicit StartedServices(PluginServices services) : services_(std::move(services)) {}
  ~StartedServices();
  StartedServices(const StartedServices&) = delete;
  StartedServices& operator=(const StartedServices&) = delete;

  // Ends at the first that fails, with its name in the message.
  Status Start(const PluginContext& context);
  const PluginServices& all() const { return services_; }

 private:
  PluginServices services_;
  size_t started_ = 0;
};

}  // namespace bellrock::host
