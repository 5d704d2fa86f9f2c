// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/run_paths.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/service_alias.h"

namespace bellrock::shm {
namespace {

constexpr size_t kPartMax = 63;

bool GoodPart(std::string_view part) {
  if (part.empty() || part.size() > kPartMax || part.front() == '.') return false;
  return std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

std::string FileStem(std::string_view service) {
  std::string stem(service);
  std::replace(stem.begin(), stem.end(), '/', '+');
  return stem;
}

}  // namespace

Status CheckServiceName(std::string_view service) {
  if (IsServiceAlias(service)) return Status::Ok();
  const size_t slash = service.find('/');
  if (slash != std::string_view::npos && GoodPart(service.substr(0, slash)) &&
      GoodPart(service.substr(slash + 1))) {
    return Status::Ok();
  }
  return InvalidArgumentError(
      fmt::format("service '{}' is not 'line/service' with 1..63 of [A-Za-z0-9._-] each, as in "
                  "'music/catalog', nor an alias 'modid:cmdid'",
                  service.substr(0, 200)));
}

std::string TableDirectory(const std::string& run_directory) {
  return run_directory + "/routing/tables";
}

std::string CounterDirectory(const std::string& run_directory) {
  return run_directory + "/routing/counters";
}

std::string TablePath(const std::string& run_directory, std::string_view service) {
  return fmt::format("{}/{}.table", TableDirectory(run_directory), FileStem(service));
}

std::string CursorPath(const std::string& run_directory, std::string_view service) {
  return fmt::format("{}/{}.cursors", TableDirectory(run_directory), FileStem(service));
}

std::string CounterPath(const std::string& run_directory, std::string_view service,
                        uint32_t process, uint32_t number) {
  return fmt::format("{}/{}.{}.{}.counters", CounterDirectory(run_directory), FileStem(service),
                     process, number);
}

Status CheckCounterPath(const std::string& run_directory, std::string_view service,
                        const std::string& path) {
  const std::string prefix =
      fmt::format("{}/{}.", CounterDirectory(run_directory), FileStem(service));
  if (path.starts_with(prefix) && path.ends_with(".counters") &&
      path.find('/', prefix.size()) == std::string::npos) {
    return Status::Ok();
  }
  return InvalidArgumentError(
      fmt::format("counters '{}' is not a file '{}*.counters'; caller and agent must use the same "
                  "run directory",
                  path.substr(0, 300), prefix));
}

}  // namespace bellrock::shm
