// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "client/config.h"

#include <charconv>
#include <cstdlib>

#include "bellrock/call_policy.h"
#include "fiber/process.h"

namespace bellrock::client {
namespace {

std::string Variable(const char* name, std::string fallback = "") {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::move(fallback) : std::string(value);
}

// 0 if the variable is not set.
Result<int> NumberVariable(const char* name, int min, int max) {
  const std::string text = Variable(name);
  if (text.empty()) return 0;
  int number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < min || number > max) {
    return InvalidArgumentError(std::string(name) + "='" + text + "': must be a number from " +
                                std::to_string(min) + " to " + std::to_string(max));
  }
  return number;
}

}  // namespace

Result<Config> Config::FromEnvironment() {
  Config config;
  config.run_dir = Variable("BELLROCK_RUN_DIR", "/tmp/bellrock-" + std::to_string(getuid()));
  const std::string agent = Variable("BELLROCK_AGENT", "unix:" + config.run_dir + "/agent.sock");
  if (agent != "none") {
    Result<Address> address = Address::Parse(agent);
    if (!address.ok()) return address.status().WithContext("BELLROCK_AGENT");
    config.agent = std::move(*address);
  }
  BELLROCK_ASSIGN(config.servers,
                  naming::client::ServerEntry::ParseList(
                      "BELLROCK_SERVERS", Variable("BELLROCK_SERVERS", "127.0.0.1:7600")));
  config.listen = Variable("BELLROCK_LISTEN");
  config.host = Variable("BELLROCK_HOST", fiber::HostName());
  config.site = Variable("BELLROCK_SITE");
  config.region = Variable("BELLROCK_REGION");
  config.unit = Variable("BELLROCK_UNIT");
  config.set = Variable("BELLROCK_SET");
  config.department = Variable("BELLROCK_DEPARTMENT");
  config.cluster = Variable("BELLROCK_CLUSTER");
  config.instance = Variable("BELLROCK_INSTANCE");
  BELLROCK_ASSIGN(config.weight, NumberVariable("BELLROCK_WEIGHT", 1, 10000));
  BELLROCK_ASSIGN(config.attempts, NumberVariable("BELLROCK_ATTEMPTS", 1, kAttemptsMax));
  BELLROCK_ASSIGN(config.timeout_ms, NumberVariable("BELLROCK_TIMEOUT_MS", 1, 3'600'000));
  config.pages = Variable("BELLROCK_PAGES", "host");
  if (config.pages != "host" && config.pages != "open" && config.pages != "off") {
    return InvalidArgumentError("BELLROCK_PAGES='" + config.pages + "': write host, open or off");
  }
  config.faults = Variable("BELLROCK_FAULTS") == "1";
  const std::string served = Variable("BELLROCK_SERVED", "1");
  if (served != "0" && served != "1") {
    return InvalidArgumentError("BELLROCK_SERVED='" + served + "': write 0 or 1");
  }
  config.served = served == "1";
  return config;
}

}  // namespace bellrock::client
