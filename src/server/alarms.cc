// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/alarms.h"

namespace bellrock::server {

Alarms::Alarms(fiber::Environment environment, naming::server::NamingServer& naming,
               metrics::server::DataCentre& centre, const Names& names)
    : settings_(naming.documents(), "alarms"),
      desk_(environment, settings_),
      states_(naming.documents(), "alarms-state"),
      own_(centre.store()),
      keeper_(environment, states_, own_, names.site),
      sender_(environment, fiber::RealResolver(), {}),
      centre_(
          environment,
          {centre.source(), keeper_, sender_, desk_, [&centre] { return centre.CompleteUntil(); },
           [&naming] { return naming.leading(); }},
          names.node),
      service_(environment.clock, desk_, centre_, [this] { return keeper_.Shared(); }) {}

}  // namespace bellrock::server
