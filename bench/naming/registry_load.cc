// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Gives a registry its work from one core: the load program of ./run bench naming.
#include <functional>
#include <map>
#include <string>

#include "base/log.h"
#include "duties.h"
#include "fiber/loop.h"
#include "storm.h"

namespace bellrock::bench {
namespace {

constexpr size_t kFibersMax = 100'000;

std::unique_ptr<RegistryClient> NewClient(const LoadOptions& options) {
  const RegistryClientOptions client{.server = options.server(),
                                     .connections = options.connections,
                                     .fleet = options.fleet(),
                                     .lease = options.lease()};
  if (options.registry == "etcd") return NewEtcdClient(client);
  if (options.registry == "zookeeper") return NewZookeeperClient(client);
  return NewBellrockClient(client);
}

void RegisterAndRenew(RegistryClient& client, const LoadOptions& options, Figures& figures) {
  RegisterAll(client, options);
  MeasureRenew(client, options, figures);
}

void Run(const LoadOptions& options, fiber::Loop& other_loop, Figures& figures) {
  if (options.duty == "storm") return MeasureStorm(options, other_loop, figures);
  if (options.duty == "churn") return RunChurn(options, figures);
  using Duty = void (*)(RegistryClient&, const LoadOptions&, Figures&);
  static const std::map<std::string, Duty> duties = {{"fill", Fill},
                                                     {"register", MeasureRegister},
                                                     {"renew", RegisterAndRenew},
                                                     {"renew-only", MeasureRenew},
                                                     {"lookup", MeasureLookup},
                                                     {"push", MeasurePush}};
  const auto client = NewClient(options);
  duties.at(options.duty)(*client, options, figures);
}

}  // namespace
}  // namespace bellrock::bench

int main(int argc, char** argv) {
  using namespace bellrock;
  bench::LoadOptions options = bench::ParseLoadOptions(argc, argv);
  // One service, and one instance more that comes and goes.
  if (options.duty == "push") options.instances = options.per_service + 1;
  // Of a loop that is always busy, its long turns are not news.
  (void)log::SetLevel("error");
  bench::Figures figures;
  fiber::LoopOptions loop;
  loop.stack_bytes = 64 << 10;
  loop.fibers_max = bench::kFibersMax;
  fiber::LoopGroup loops(2, loop);
  (void)fiber::RunOn(loops.loop(0), [&] { bench::Run(options, loops.loop(1), figures); });
  figures.Print();
  return 0;
}
