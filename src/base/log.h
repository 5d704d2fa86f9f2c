// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "bellrock/status.h"

// Logging for the whole project. Lines go to stderr as `2026-11-21T10:00:00.123Z W naming/server:
// text`. spdlog stands behind log.cc so that its headers stay out of ours.
namespace bellrock::log {

enum class Level { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning" or "error"; else kInvalidArgument. Default: info, or BELLROCK_LOG.
Status SetLevel(std::string_view level);
bool Enabled(Level level);
void Write(Level level, std::string_view subject, std::string_view text);

template <typename... Args>
void Debug(std::string_view subject, fmt::format_string<Args...> format, Args&&... args) {
  if (Enabled(Level::kDebug))
    Write(Level::kDebug, subject, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void Info(std::string_view subject, fmt::format_string<Args...> format, Args&&... args) {
  if (Enabled(Level::kInfo))
    Write(Level::kInfo, subject, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void Warning(std::string_view subject, fmt::format_string<Args...> format, Args&&... args) {
  if (Enabled(Level::kWarning))
    Write(Level::kWarning, subject, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void Error(std::string_view subject, fmt::format_string<Args...> format, Args&&... args) {
  if (Enabled(Level::kError))
    Write(Level::kError, subject, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace bellrock::log
