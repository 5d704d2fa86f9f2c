// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/routing/v1/settings.pb.h"
#include "routing/l5.h"
#include "routing/latency_outliers.h"
#include "routing/method_shields.h"
#include "routing/shield.h"

// What operators set, as the state machines take it. Zeros leave the default; what is out of range
// was refused when it was set (settings_check.h), and is brought into it here.
namespace bellrock::routing {

// `given`: what holds where the settings say nothing.
L5Options L5OptionsFrom(const v1::L5Settings& settings, const L5Options& given);
ShieldOptions ShieldOptionsFrom(const v1::ShieldSettings& settings);
LatencyOptions LatencyOptionsFrom(const v1::ShieldSettings& settings);
MethodShieldOptions MethodShieldOptionsFrom(const v1::ShieldSettings& settings);

}  // namespace bellrock::routing
