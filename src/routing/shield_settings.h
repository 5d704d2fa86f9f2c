// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/routing/v1/settings.pb.h"
#include "routing/latency_outliers.h"
#include "routing/method_shields.h"
#include "routing/shield.h"

// What operators set, as options. Zeros are defaults; values out of their range count as the
// nearest within.
namespace bellrock::routing {

ShieldOptions ShieldOptionsFrom(const v1::ShieldSettings& settings);
LatencyOptions LatencyOptionsFrom(const v1::ShieldSettings& settings);
MethodShieldOptions MethodShieldOptionsFrom(const v1::ShieldSettings& settings);

}  // namespace bellrock::routing
