// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/status.h"

// Routing settings as an operator writes and changes them. Pure.
namespace bellrock::cli {

// The whole of them from JSON. kInvalidArgument names what is wrong.
Result<routing::v1::RouteSettings> ParseSettings(std::string_view json);
// Each field that the object names takes the place of the whole present one: {"rules": [...]} is
// all rules from then on, {"policy": ""} the default policy; all others stay.
Status MergeSettings(std::string_view json, routing::v1::RouteSettings& settings);
// Only what differs from the default, over several lines.
Result<std::string> SettingsText(const routing::v1::RouteSettings& settings);

// "30%" or "0.3": more than 0, at most 1.
Result<double> ParseShare(std::string_view option, std::string_view text);

// In place of the move between the same two sites, if there is one.
void PutMove(routing::v1::RatioMove move, routing::v1::RouteSettings& settings);
// Those from the site, "" = all; how many.
int TakeMovesBack(std::string_view from_site, routing::v1::RouteSettings& settings);

}  // namespace bellrock::cli
