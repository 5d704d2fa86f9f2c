// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/alarms.h"

namespace bellrock::server {

Alarms::Alarms(fiber::Environment environment, naming::server::NamingServer& naming,
               metrics::server::DataCentre& centre, const std::string& node)
    : settings_(naming.documents(), "alarms"),
      desk_(environment, settings_),
      keeper_(centre.store()),
      sender_(environment, fiber::RealResolver(), {}),
      centre_(environment,
              {centre.source(), keeper_, sender_, desk_,
               [&centre] { return centre.Health().complete_until; },
               [&naming] { return naming.leading(); }},
              node),
      service_(environment.clock, desk_, centre_) {}

}  // namespace bellrock::server
