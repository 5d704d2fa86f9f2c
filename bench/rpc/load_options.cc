// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "load_options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

namespace bellrock::bench {

LoadOptions ParseLoadOptions(int argc, char** argv) {
  LoadOptions options;
  CLI::App app("Calls an echo server on 127.0.0.1 and prints latencies as one JSON object.");
  app.add_option("--port", options.port)->required()->check(CLI::Range(1, 65535));
  app.add_option("--protocol", options.protocol)->check(CLI::IsMember({"native", "grpc"}));
  app.add_option("--concurrency", options.concurrency)->check(CLI::Range(1, 10'000));
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 10'000));
  app.add_option("--payload", options.payload_bytes, "bytes")->check(CLI::Range(0, 1 << 20));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.1, 600.0));
  app.add_option("--warmup", options.warmup, "seconds")->check(CLI::Range(0.0, 60.0));
  app.add_option("--rate", options.rate, "calls per second")->check(CLI::Range(1.0, 1e6));
  const std::map<std::string, Slow> slow = {{"burn", Slow::kBurn}, {"block", Slow::kBlock}};
  app.add_option("--slow", options.slow, "1 % of the handlers burn or block")
      ->transform(CLI::CheckedTransformer(slow));
  app.add_flag("--idle", options.idle, "hold the connections until the input ends");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

}  // namespace bellrock::bench
