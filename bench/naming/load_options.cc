// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "load_options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace bellrock::bench {
namespace {

constexpr const char* kAbout =
    "Gives a registry on 127.0.0.1 its work and prints figures as one JSON object.\n\n"
    "duties:\n"
    "  fill       register the instances and end; their leases live on\n"
    "  register   new instances for --seconds\n"
    "  renew      register the instances, then renew them for --seconds\n"
    "  renew-only renew instances that an earlier fill registered\n"
    "  lookup     register the instances, then look services up for --seconds\n"
    "  push       --changes of one service, to --watchers\n"
    "  storm      a tenth of the instances falls silent at once (bellrock only)\n"
    "  churn      instances come and go for --seconds (bellrock only)";
constexpr const char* kExamples =
    "examples:\n"
    "  registry_load --port 7600 --duty register --in-flight 256\n"
    "  registry_load --port 2379 --registry etcd --duty push --watchers 1000 --connections 1000";

Duration FromSeconds(double seconds) {
  return Duration(static_cast<int64_t>(seconds * 1e9));
}

}  // namespace

Address LoadOptions::server() const {
  return Address::Tcp("127.0.0.1", static_cast<uint16_t>(port));
}

Fleet LoadOptions::fleet() const {
  return {.count = instances, .per_service = per_service};
}

Duration LoadOptions::lease() const {
  return FromSeconds(lease_seconds);
}

Duration LoadOptions::heartbeat() const {
  return FromSeconds(heartbeat_seconds);
}

LoadOptions ParseLoadOptions(int argc, char** argv) {
  LoadOptions options;
  CLI::App app(kAbout);
  app.footer(kExamples);
  app.add_option("--registry", options.registry)
      ->check(CLI::IsMember({"bellrock", "etcd", "zookeeper"}));
  app.add_option("--duty", options.duty)
      ->check(CLI::IsMember(
          {"fill", "register", "renew", "renew-only", "lookup", "push", "storm", "churn"}));
  app.add_option("--port", options.port)->required()->check(CLI::Range(1, 65535));
  app.add_option("--instances", options.instances)->check(CLI::Range(1, 1 << 24));
  app.add_option("--per-service", options.per_service)->check(CLI::Range(1, 10'000));
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 20'000));
  app.add_option("--in-flight", options.in_flight)->check(CLI::Range(1, 10'000));
  app.add_option("--batch", options.batch)->check(CLI::Range(1, 10'000));
  app.add_option("--watchers", options.watchers)->check(CLI::Range(1, 20'000));
  app.add_option("--changes", options.changes)->check(CLI::Range(1, 10'000));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.1, 86400.0));
  app.add_option("--warmup", options.warmup, "seconds")->check(CLI::Range(0.0, 60.0));
  app.add_option("--lease", options.lease_seconds, "seconds")->check(CLI::Range(1.0, 3600.0));
  app.add_option("--heartbeat", options.heartbeat_seconds, "seconds")
      ->check(CLI::Range(0.1, 600.0));
  app.add_option("--churn", options.churn, "per second")->check(CLI::Range(1, 10'000));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

}  // namespace bellrock::bench
