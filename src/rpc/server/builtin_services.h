// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "bellrock/interceptor.h"
#include "bellrock/status.h"

namespace bellrock::rpc {

class MethodTable;

// What every server serves beside its own services, so that stock tools find their way: gRPC's
// health and reflection, and our own reflection. Made before the server listens; lives as long as
// it. Thread-safe after Publish().
class BuiltinServices {
 public:
  BuiltinServices();
  ~BuiltinServices();

  // Adds itself to the methods, and all that is there to health and reflection. A service that the
  // program itself serves under one of the names is left alone. The interceptors, which are
  // borrowed, see these calls as any other.
  Status Publish(MethodTable& methods, const std::vector<ServerInterceptor*>& interceptors);

  // See Health.
  Status SetServing(std::string_view service, bool serving);
  void Drain();

 private:
  struct Services;
  std::unique_ptr<Services> services_;
};

}  // namespace bellrock::rpc
