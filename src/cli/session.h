// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "bellrock/service.h"
#include "bellrock/status.h"

namespace bellrock::cli {

// Exit codes of every verb.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;     // bad arguments or bad input
inline constexpr int kExitNotFound = 3;  // what was asked for does not exist
inline constexpr int kExitUnreachable = 4;

// Runs `body` as a fiber with a channel to the servers ("" takes BELLROCK_SERVERS, else
// 127.0.0.1:7600), prints a failure to stderr with what to do about it, and returns the exit code.
int RunAgainstServers(const std::string& servers,
                      const std::function<Status(ChannelInterface& channel)>& body);

// The same with a channel to this host's agent ("" takes BELLROCK_AGENT, else its socket).
int RunAgainstAgent(const std::string& agent,
                    const std::function<Status(ChannelInterface& channel)>& body);

int ExitCodeOf(const Status& status);

// The status in words, each of them once: what a callee answered is the error and stands in its
// cause again, beside who was asked.
std::string ErrorText(const Status& status);

// Prints "bellrock: text" and what to do about an unreachable platform; returns the exit code.
int ExitWith(const Status& status);

}  // namespace bellrock::cli
