// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "host/host.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/log_file.h"
#include "bellrock/plugin.h"
#include "bellrock/server.h"
#include "fiber/environment.h"
#include "host/host_config.h"
#include "host/plugin_library.h"
#include "host/service_layout.h"
#include "host/started_services.h"
#include "store/log_files.h"

namespace bellrock::host {
namespace {

constexpr size_t kConfigBytesMax = 1 << 20;

Result<HostConfig> ReadConfig(const ServiceLayout& layout) {
  const std::string& path = layout.config;
  Result<std::string> text =
      store::ReadSmallFile(fiber::RealEnvironment().disk, path, kConfigBytesMax);
  if (!text.ok()) return text.status().WithContext("configuration");
  Result<HostConfig> config = HostConfig::Parse(*text, layout.etc_dir);
  if (!config.ok()) return config.status().WithContext(path);
  return config;
}

Status OpenLog(const ServiceLayout& layout, const HostConfig& config, bool to_file) {
  // BELLROCK_LOG was read by the logger itself.
  if (std::getenv("BELLROCK_LOG") == nullptr) BELLROCK_TRY(log::SetLevel(config.log_level));
  if (!to_file) return Status::Ok();
  BELLROCK_TRY(fiber::RealEnvironment().disk.CreateDirectories(layout.log_dir));
  return log::ToFile(layout.log_file);
}

void SetDefaults(const HostConfig& config) {
  for (const auto& [variable, value] : config.environment) {
    setenv(variable.c_str(), value.c_str(), 0);  // before the first thread
  }
}

PluginContext ContextOf(const ServiceLayout& layout, const HostConfig& config) {
  return {layout.name, layout.bin_dir, layout.etc_dir, layout.log_dir, config.settings};
}

void PrintServices(const ServiceLayout& layout, const PluginServices& services) {
  std::printf("%s is in order; it serves:\n", layout.name.c_str());
  for (const auto& each : services) {
    const std::string name(each->service().full_name());
    std::printf("  %s, methods: %zu\n", name.c_str(), each->service().methods().size());
  }
}

bool Serves(const PluginServices& services, std::string_view methods) {
  for (const auto& each : services) {
    const std::string prefix = std::string(each->service().full_name()) + "/";
    if (methods == prefix + "*") return true;
    for (const MethodDescriptor& method : each->service().methods()) {
      if (methods == prefix + std::string(method.name)) return true;
    }
  }
  return false;
}

// What the configuration names must be in the plug-in.
Status CheckWorkers(const HostConfig& config, const PluginServices& services) {
  const std::vector<std::string>& methods = config.server.worker_methods;
  for (size_t i = 0; i < methods.size(); ++i) {
    if (Serves(services, methods[i])) continue;
    std::vector<std::string> names;
    for (const auto& each : services) names.emplace_back(each->service().full_name());
    return InvalidArgumentError(
        fmt::format("key 'workers.methods[{}]' is \"{}\", which the plug-in does not serve; write "
                    "SERVICE/Method "
                    "or SERVICE/* with one of its services: {}",
                    i, methods[i], fmt::join(names, ", ")));
  }
  return Status::Ok();
}

Status Serve(const HostOptions& options, const ServiceLayout& layout, const HostConfig& config) {
  // Before the plug-in is loaded, so that its threads do not take the signals.
  Server server(layout.name, config.server);
  const PluginContext context = ContextOf(layout, config);
  BELLROCK_ASSIGN(PluginServices loaded, LoadPlugin(layout.plugin));
  if (Status checked = CheckWorkers(config, loaded); !checked.ok()) {
    return checked.WithContext(layout.config);
  }
  StartedServices services(std::move(loaded));
  if (options.check) {
    PrintServices(layout, services.all());
    return Status::Ok();
  }
  log::Info("host", "{}: {} is loaded", layout.name, layout.plugin);
  BELLROCK_TRY(services.Start(context));
  for (const auto& each : services.all()) server.Add(each->service());
  return server.Run();
}

}  // namespace

Status RunHost(const HostOptions& options) {
  std::error_code error;
  const auto directory = std::filesystem::weakly_canonical(options.directory, error);
  BELLROCK_ASSIGN(const ServiceLayout layout, ServiceLayout::Of(directory.string()));
  BELLROCK_ASSIGN(const HostConfig config, ReadConfig(layout));
  const bool to_file = !options.foreground && !options.check;
  BELLROCK_TRY(OpenLog(layout, config, to_file));
  SetDefaults(config);
  const Status ended = Serve(options, layout, config);
  if (ended.ok() && !options.check) log::Info("host", "{}: ended in order", layout.name);
  // Whoever started us reads stderr; whoever looks later reads the log.
  if (!ended.ok() && to_file) log::Error("host", "{}: {}", layout.name, ended.ToString());
  return ended;
}

}  // namespace bellrock::host
