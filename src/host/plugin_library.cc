// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "host/plugin_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <filesystem>
#include <string_view>

namespace bellrock::host {
namespace {

constexpr char kBuiltWith[] = BELLROCK_PLUGIN_BUILT_WITH;
constexpr char kEntry[] = "bellrock_plugin";

}  // namespace

Status CheckPlugin(uint32_t abi, const char* built_with) {
  if (abi != kPluginAbi) {
    return FailedPreconditionError(
        fmt::format("it was built for plug-in ABI {}, this bellrock-host has {}; build it again "
                    "with the headers of this release",
                    abi, kPluginAbi));
  }
  if (built_with == nullptr || std::string_view(built_with) != kBuiltWith) {
    return FailedPreconditionError(
        fmt::format("it was built with {}, this bellrock-host with {}; build it again with the "
                    "same compiler and protobuf",
                    built_with == nullptr ? "nothing known" : built_with, kBuiltWith));
  }
  return Status::Ok();
}

Result<PluginServices> LoadPlugin(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return NotFoundError(fmt::format(
        "plug-in {} is not there; install it, for example with cmake --install build", path));
  }
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    return FailedPreconditionError(
        fmt::format("plug-in {} cannot be loaded: {}; build it against this release, and put "
                    "libraries of its own beside it",
                    path, dlerror()));
  }
  using Entry = const PluginDescriptor* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, kEntry));
  if (entry == nullptr) {
    return FailedPreconditionError(fmt::format(
        "plug-in {} has no {}(); write BELLROCK_PLUGIN(YourService) in one of its sources", path,
        kEntry));
  }
  const PluginDescriptor& plugin = *entry();
  const Status fits = CheckPlugin(plugin.abi, plugin.built_with);
  if (!fits.ok()) return fits.WithContext("plug-in " + path);
  return plugin.make();
}

}  // namespace bellrock::host
