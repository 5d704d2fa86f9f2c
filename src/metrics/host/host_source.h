// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "fiber/disk_space.h"
#include "fiber/environment.h"
#include "metrics/host/host_figures.h"
#include "metrics/series_source.h"

namespace bellrock::metrics::host {

struct HostSourceOptions {
  std::string site;       // of this host; "" is kSiteUnknown
  std::string host;       // its name
  std::string root = {};  // before "/proc", for hosts whose /proc is elsewhere
  std::function<Result<fiber::DiskSpace>(const std::string& path)> space = fiber::SpaceOf;
};

// Reads /proc when asked and tells this host's figures: machine monitoring without anyone's work
// (MSEC-026, MSEC-030). What cannot be read is left out, and told in the log once. Lives on one
// loop.
class HostSource final : public SeriesSource {
 public:
  HostSource(fiber::Environment environment, HostSourceOptions options);

  // Blocks the fiber for the reads.
  void Collect(int64_t second, bool last, v1::PushRequest& push) override;

 private:
  HostReading Read();
  template <typename Value>
  void ReadInto(std::optional<Value>& value, const std::string& file,
                Result<Value> (*parse)(std::string_view));
  void ReadSpace(HostReading& reading);
  Result<std::string> Text(const std::string& file);
  void TellOnce(const std::string& file, const Status& status);

  fiber::Environment environment_;
  const std::string callee_;
  const HostSourceOptions options_;
  HostFigures figures_;
  std::set<std::string> told_;
};

}  // namespace bellrock::metrics::host
