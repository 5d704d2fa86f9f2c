// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "bellrock/time.h"

// What stands on the command line of `bellrock call`, checked. Pure; every error names the option,
// the value and the remedy.
namespace bellrock::cli {

// "250us", "80ms", "2s", "5m", "1h"; more than nothing and at most a day.
Result<Duration> ParseDuration(std::string_view option, std::string_view text);

// "key=value"; keys are lower case, as they travel.
Result<Metadata> ParseMetadata(const std::vector<std::string>& pairs);

// What a Channel takes, for what people write: "line/service", aliases and addresses with a scheme
// stay, a bare "ip:port" means native frames.
Result<std::string> ChannelTarget(std::string_view service);

// Messages of a stream of requests: the lines that are not blank.
std::vector<std::string> JsonLines(std::string_view text);

}  // namespace bellrock::cli
