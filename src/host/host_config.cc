// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "host/host_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bellrock/call_policy.h"

namespace bellrock::host {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kHourMs = 3'600'000;

// Reads one object of the file key by key; then Finish() refuses what nobody has asked for.
class ObjectReader {
 public:
  ObjectReader(const Json& object, std::string prefix)
      : object_(object), prefix_(std::move(prefix)) {}

  // nullptr if the key is not there.
  const Json* Find(const std::string& key) {
    known_.push_back(key);
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }
  Status Read(const std::string& key, std::string& value) {
    const Json* found = Find(key);
    if (found == nullptr) return Status::Ok();
    if (!found->is_string()) return Wrong(key, *found, "a string");
    value = found->get<std::string>();
    return Status::Ok();
  }
  Status Read(const std::string& key, bool& value) {
    const Json* found = Find(key);
    if (found == nullptr) return Status::Ok();
    if (!found->is_boolean()) return Wrong(key, *found, "true or false");
    value = found->get<bool>();
    return Status::Ok();
  }
  Status Read(const std::string& key, int min, int max, int& value) {
    const Json* found = Find(key);
    if (found == nullptr) return Status::Ok();
    const bool fits = found->is_number_integer() && *found >= min && *found <= max;
    if (!fits) return Wrong(key, *found, fmt::format("a number from {} to {}", min, max));
    value = found->get<int>();
    return Status::Ok();
  }
  Status Read(const std::string& key, std::vector<std::string>& value) {
    const Json* found = Find(key);
    if (found == nullptr) return Status::Ok();
    const bool strings =
        found->is_array() &&
        std::all_of(found->begin(), found->end(), [](const Json& one) { return one.is_string(); });
    if (!strings) return Wrong(key, *found, "a list of strings");
    value = found->get<std::vector<std::string>>();
    return Status::Ok();
  }
  Result<const Json*> Object(const std::string& key) {
    const Json* found = Find(key);
    if (found != nullptr && !found->is_object()) return Wrong(key, *found, "an object");
    return found;
  }
  Status Finish() const {
    for (const auto& [key, value] : object_.items()) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      return InvalidArgumentError(fmt::format("key '{}{}' is not known; known are: {}", prefix_,
                                              key, fmt::join(known_, ", ")));
    }
    return Status::Ok();
  }

 private:
  Status Wrong(const std::string& key, const Json& value, std::string_view wanted) const {
    return InvalidArgumentError(
        fmt::format("key '{}{}' is {}; write {}", prefix_, key, value.dump(), wanted));
  }

  const Json& object_;
  const std::string prefix_;
  std::vector<std::string> known_;
};

Status ReadServer(ObjectReader& reader, ServerOptions& server) {
  BELLROCK_TRY(reader.Read("listen", server.listen));
  BELLROCK_TRY(reader.Read("loops", 1, 256, server.loops));
  BELLROCK_TRY(reader.Read("hand_off", server.hand_off));
  BELLROCK_TRY(reader.Read("site", server.site));
  BELLROCK_TRY(reader.Read("department", server.department));
  BELLROCK_TRY(reader.Read("cluster", server.cluster));
  BELLROCK_TRY(reader.Read("instance", server.instance));
  return reader.Read("weight", 1, 10'000, server.weight);
}

// Handlers that compute for long, and how many threads they have.
Status ReadWorkers(ObjectReader& reader, ServerOptions& server) {
  BELLROCK_ASSIGN(const Json* object, reader.Object("workers"));
  if (object == nullptr) return Status::Ok();
  ObjectReader workers(*object, "workers.");
  BELLROCK_TRY(workers.Read("count", 1, 256, server.workers));
  BELLROCK_TRY(workers.Read("methods", server.worker_methods));
  BELLROCK_TRY(workers.Finish());
  if (!server.worker_methods.empty()) return Status::Ok();
  return InvalidArgumentError(
      "key 'workers.methods' names no method; write which run on the workers, for example "
      "[\"shop.v1.PriceList/Compute\"]");
}

// Who may call, and how much.
Status ReadGuards(ObjectReader& reader, ServerOptions& server) {
  BELLROCK_ASSIGN(const Json* access, reader.Object("access"));
  if (access != nullptr) server.access_policy = access->dump();
  BELLROCK_ASSIGN(const Json* protection, reader.Object("protection"));
  if (protection != nullptr) server.protection = protection->dump();
  return reader.Read("http_origins", server.http_origins);
}

Status ReadFile(ObjectReader& reader, const std::string& key, std::string_view etc_dir,
                std::string& path) {
  BELLROCK_TRY(reader.Read(key, path));
  if (!path.empty() && !path.starts_with('/')) path = fmt::format("{}/{}", etc_dir, path);
  return Status::Ok();
}

Status ReadTls(ObjectReader& reader, std::string_view etc_dir, ServerOptions& server) {
  BELLROCK_ASSIGN(const Json* object, reader.Object("tls"));
  if (object == nullptr) return Status::Ok();
  ObjectReader tls(*object, "tls.");
  BELLROCK_TRY(ReadFile(tls, "certificate", etc_dir, server.tls.certificate));
  BELLROCK_TRY(ReadFile(tls, "key", etc_dir, server.tls.key));
  BELLROCK_TRY(ReadFile(tls, "ca", etc_dir, server.tls.ca));
  BELLROCK_TRY(tls.Read("require_client_certificate", server.tls.require_client_certificate));
  BELLROCK_TRY(tls.Read("required", server.tls_required));
  return tls.Finish();
}

// Defaults of all channels of the process.
Status ReadChannel(ObjectReader& reader, HostConfig& config) {
  BELLROCK_ASSIGN(const Json* object, reader.Object("channel"));
  if (object == nullptr) return Status::Ok();
  ObjectReader channel(*object, "channel.");
  int timeout_ms = 0;
  int attempts = 0;
  BELLROCK_TRY(channel.Read("timeout_ms", 1, kHourMs, timeout_ms));
  BELLROCK_TRY(channel.Read("attempts", 1, kAttemptsMax, attempts));
  if (timeout_ms > 0) {
    config.environment.emplace_back("BELLROCK_TIMEOUT_MS", std::to_string(timeout_ms));
  }
  if (attempts > 0) config.environment.emplace_back("BELLROCK_ATTEMPTS", std::to_string(attempts));
  return channel.Finish();
}

Status ReadPlatform(ObjectReader& reader, HostConfig& config) {
  BELLROCK_ASSIGN(const Json* object, reader.Object("platform"));
  if (object == nullptr) return Status::Ok();
  ObjectReader platform(*object, "platform.");
  const std::pair<const char*, const char*> variables[] = {{"servers", "BELLROCK_SERVERS"},
                                                           {"agent", "BELLROCK_AGENT"},
                                                           {"run_dir", "BELLROCK_RUN_DIR"},
                                                           {"pages", "BELLROCK_PAGES"}};
  for (const auto& [key, variable] : variables) {
    std::string value;
    BELLROCK_TRY(platform.Read(key, value));
    if (!value.empty()) config.environment.emplace_back(variable, value);
  }
  return platform.Finish();
}

Status ReadLogLevel(ObjectReader& reader, std::string& level) {
  BELLROCK_TRY(reader.Read("log_level", level));
  if (level == "debug" || level == "info" || level == "warning" || level == "error") {
    return Status::Ok();
  }
  return InvalidArgumentError(
      fmt::format("key 'log_level' is \"{}\"; write debug, info, warning or error", level));
}

Result<Json> ParseJson(std::string_view text) {
  try {
    return Json::parse(text, nullptr, true, true);
  } catch (const Json::parse_error& error) {  // the parser's own, which alone tells the place
    return InvalidArgumentError(fmt::format("no JSON: {}", error.what()));
  }
}

}  // namespace

Result<HostConfig> HostConfig::Parse(std::string_view text, std::string_view etc_dir) {
  BELLROCK_ASSIGN(const Json json, ParseJson(text));
  if (!json.is_object()) return InvalidArgumentError("no JSON object; write {\"listen\": ...}");
  HostConfig config;
  ObjectReader reader(json, "");
  BELLROCK_TRY(ReadServer(reader, config.server));
  BELLROCK_TRY(ReadWorkers(reader, config.server));
  BELLROCK_TRY(ReadTls(reader, etc_dir, config.server));
  BELLROCK_TRY(ReadGuards(reader, config.server));
  BELLROCK_TRY(ReadLogLevel(reader, config.log_level));
  BELLROCK_TRY(ReadChannel(reader, config));
  BELLROCK_TRY(ReadPlatform(reader, config));
  BELLROCK_ASSIGN(const Json* settings, reader.Object("settings"));
  if (settings != nullptr) config.settings = settings->dump();
  BELLROCK_TRY(reader.Finish());
  return config;
}

}  // namespace bellrock::host
