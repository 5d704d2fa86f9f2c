// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

#include "base/immortal.h"
#include "base/log_file.h"

namespace bellrock::log {
namespace {

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

Result<Level> ParseLevel(std::string_view text) {
  if (text == "debug") return Level::kDebug;
  if (text == "info") return Level::kInfo;
  if (text == "warning") return Level::kWarning;
  if (text == "error") return Level::kError;
  return InvalidArgumentError("log level '" + std::string(text) +
                              "': use debug, info, warning or error");
}

constexpr char kPattern[] = "%Y-%m-%dT%H:%M:%S.%eZ %L %v";

std::shared_ptr<spdlog::logger> MakeLogger() {
  auto made = std::make_shared<spdlog::logger>("bellrock",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>());
  made->set_pattern(kPattern, spdlog::pattern_time_type::utc);
  made->flush_on(spdlog::level::warn);
  const char* wanted = std::getenv("BELLROCK_LOG");
  Result<Level> level = ParseLevel(wanted == nullptr ? "info" : wanted);
  made->set_level(ToSpdlog(level.ok() ? *level : Level::kInfo));
  return made;
}

spdlog::logger& Logger() {
  static Immortal<std::shared_ptr<spdlog::logger>> logger(MakeLogger());
  return **logger;
}

}  // namespace

Status SetLevel(std::string_view level) {
  BELLROCK_ASSIGN(Level parsed, ParseLevel(level));
  Logger().set_level(ToSpdlog(parsed));
  return Status::Ok();
}

Status ToFile(const std::string& path) {
  try {
    auto file = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, kLogFileBytesMax,
                                                                       kLogFilesKept - 1);
    Logger().sinks() = {std::move(file)};
  } catch (const spdlog::spdlog_ex& error) {
    return UnavailableError(std::string("log file: ") + error.what());
  }
  Logger().set_pattern(kPattern, spdlog::pattern_time_type::utc);
  Logger().flush_on(spdlog::level::trace);  // who watches the file sees each line as it comes
  return Status::Ok();
}

bool Enabled(Level level) {
  return Logger().should_log(ToSpdlog(level));
}

void Write(Level level, std::string_view subject, std::string_view text) {
  Logger().log(ToSpdlog(level), "{}: {}", subject, text);
}

}  // namespace bellrock::log
