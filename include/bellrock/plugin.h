// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/service.h"
#include "bellrock/status.h"

// A service as a plug-in (MSEC-072): business logic in one shared object, which the program
// bellrock-host loads, registers and serves. A plug-in's source ends with
//   BELLROCK_PLUGIN(PriceList)
// naming its service classes; each is made once, without arguments, and may have these members,
// public:
//   bellrock::Status OnStart(const bellrock::PluginContext& context);   before the first call
//   void OnStop();                                                      after the last call
// They run on the main thread, in order and in reverse order. OnStart() that fails ends the program
// with its message. See docs/plugins.md.
namespace bellrock {

// Where a plug-in runs. Lives from the first OnStart() to the last OnStop().
struct PluginContext {
  std::string name;     // "line/service"
  std::string bin_dir;  // <root>/<line>/<service>/bin: the plug-in and what it brings along
  std::string etc_dir;
  std::string log_dir;
  std::string settings;  // the object "settings" of etc/<service>.json as JSON; "{}" without
};

// Grows with each change after which a plug-in built before must not be loaded: of this file, or of
// the layout of what include/bellrock declares.
inline constexpr uint32_t kPluginAbi = 2;

// One service of a plug-in, as the host holds it.
class PluginService {
 public:
  virtual ~PluginService() = default;
  virtual Service& service() = 0;
  virtual Status Start(const PluginContext& context) = 0;
  virtual void Stop() = 0;
};

template <typename S>
concept HasPluginStart = requires {
  &S::OnStart;
};
template <typename S>
concept HasPluginStop = requires {
  &S::OnStop;
};

template <std::derived_from<Service> S>
class PluginServiceOf final : public PluginService {
 public:
  Service& service() override { return service_; }

  Status Start(const PluginContext& context) override {
    if constexpr (HasPluginStart<S>) {
      static_assert(
          requires(S & s) {
            { s.OnStart(context) } -> std::same_as<Status>;
          },
          "write: bellrock::Status OnStart(const bellrock::PluginContext& context)");
      return service_.OnStart(context);
    } else {
      return Status::Ok();
    }
  }

  void Stop() override {
    if constexpr (HasPluginStop<S>) service_.OnStop();
  }

 private:
  S service_;
};

using PluginServices = std::vector<std::unique_ptr<PluginService>>;

template <typename... S>
PluginServices MakePluginServices() {
  static_assert(sizeof...(S) > 0, "BELLROCK_PLUGIN() names no service class");
  PluginServices services;
  (services.push_back(std::make_unique<PluginServiceOf<S>>()), ...);
  return services;
}

// What the shared object exports, as plain C: the first two members have their places in every
// version, and the host reads the others only if these two are its own.
struct PluginDescriptor {
  uint32_t abi;
  const char* built_with;
  PluginServices (*make)();
};

}  // namespace bellrock

#define BELLROCK_PLUGIN_TEXT_INNER(x) #x
#define BELLROCK_PLUGIN_TEXT(x) BELLROCK_PLUGIN_TEXT_INNER(x)

// What must be equal on both sides for C++ objects to cross. GOOGLE_PROTOBUF_VERSION comes with any
// generated header.
#define BELLROCK_PLUGIN_BUILT_WITH                                                                \
  "C++ ABI " BELLROCK_PLUGIN_TEXT(__GXX_ABI_VERSION) ", libstdc++ strings " BELLROCK_PLUGIN_TEXT( \
      _GLIBCXX_USE_CXX11_ABI) ", protobuf " BELLROCK_PLUGIN_TEXT(GOOGLE_PROTOBUF_VERSION)

#define BELLROCK_PLUGIN(...)                                                            \
  extern "C" __attribute__((visibility("default"))) const ::bellrock::PluginDescriptor* \
  bellrock_plugin() {                                                                   \
    static constexpr ::bellrock::PluginDescriptor kPlugin = {                           \
        ::bellrock::kPluginAbi, BELLROCK_PLUGIN_BUILT_WITH,                             \
        &::bellrock::MakePluginServices<__VA_ARGS__>};                                  \
    return &kPlugin;                                                                    \
  }
