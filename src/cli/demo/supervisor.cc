// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/supervisor.h"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "bellrock/demo/v1/demo.bellrock.h"
#include "bellrock/naming/v1/naming.bellrock.h"
#include "bellrock/rpc/v1/faults.bellrock.h"
#include "cli/demo/processes.h"
#include "cli/demo/report.h"
#include "cli/demo/site.h"
#include "cli/demo/tail.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/signals.h"
#include "rpc/client.h"
#include "rpc/server.h"
#include "store/log_files.h"

namespace bellrock::cli::demo {

namespace v1 = ::bellrock::demo::v1;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kTick = milliseconds(50);
constexpr auto kReadyTimeout = seconds(20);
constexpr int kSlowMs = 200;
constexpr double kFlakyShare = 0.3;
constexpr size_t kStateBytesMax = 64 * 1024;
constexpr size_t kLogBytesMax = 1 << 20;  // of a program that did not start
constexpr char kDefaultListen[] = "127.0.0.1:7600";

int64_t UnixMs(fiber::Clock& clock) {
  return std::chrono::duration_cast<milliseconds>(clock.WallNow().time_since_epoch()).count();
}

std::string LastLines(fiber::Disk& disk, const std::string& path) {
  Result<std::string> text = store::ReadSmallFile(disk, path, kLogBytesMax);
  if (!text.ok()) return "(see " + path + ")";
  return text->size() > 1500 ? text->substr(text->size() - 1500) : *text;
}

// "kill:music/storage/2"
Result<v1::InjectRequest> ParseFault(const std::string& text) {
  static const std::map<std::string, v1::InjectRequest::Fault> kFaults = {
      {"kill", v1::InjectRequest::FAULT_KILL},
      {"slow", v1::InjectRequest::FAULT_SLOW},
      {"fail", v1::InjectRequest::FAULT_FAIL},
      {"stop", v1::InjectRequest::FAULT_STOP},
      {"flaky", v1::InjectRequest::FAULT_FLAKY}};
  const size_t colon = text.find(':');
  auto fault = kFaults.find(text.substr(0, colon));
  if (colon == std::string::npos || fault == kFaults.end()) {
    return InvalidArgumentError(
        "--fault '" + text +
        "': write kill:music/storage/2, stop:..., slow:..., fail:... or flaky:...");
  }
  v1::InjectRequest request;
  request.set_fault(fault->second);
  request.set_target(text.substr(colon + 1));
  return request;
}

}  // namespace

std::string DemoDirectory(const std::string& dir) {
  return dir.empty() ? "/tmp/bellrock-demo-" + std::to_string(getuid()) : dir;
}

Result<std::string> RunningDemo(const std::string& dir) {
  const std::string path = DemoDirectory(dir) + "/demo.json";
  Result<std::string> text =
      store::ReadSmallFile(fiber::RealEnvironment().disk, path, kStateBytesMax);
  if (!text.ok()) {
    return NotFoundError("no demo runs here (" + path + "); start one with: bellrock demo run");
  }
  const nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("control")) {
    return DataLossError(path + " is damaged; end the demo and start it anew");
  }
  return json["control"].get<std::string>();
}

class Supervisor::Core final : public v1::DemoService {
 public:
  Core(DemoOptions options, fiber::TerminationSignals& signals)
      : options_(std::move(options)),
        signals_(signals),
        environment_(fiber::RealEnvironment()),
        dir_(DemoDirectory(options_.dir)),
        processes_({dir_, kDefaultListen, "", options_.retry}) {}

  Status Run();

 private:
  Result<v1::InjectReply> Inject(ServerContext&, const v1::InjectRequest& request) override;

  Status Prepare();
  Status StartPlatform();
  Status StartPlatformAt(const std::string& listen);
  Result<nlohmann::json> WaitReady(const std::string& verb);
  Status StartSite();
  Result<int64_t> CountWorking();
  Status ServeControl();
  Status Watch();
  void TakeLoadLines();
  void PrintSecond();
  void PrintBanner();
  bool Interrupted() { return signals_.Pending() != 0; }
  Status InjectPlatform(const v1::InjectRequest& request);
  Result<std::string> InjectInstance(const SiteInstance& instance, v1::InjectRequest::Fault fault);
  Result<std::string> Heal(const SiteInstance& instance);
  Status SetFaults(const std::string& path, int delay_ms, double fail_ratio);
  Status InjectOwnFault();

  const DemoOptions options_;
  fiber::TerminationSignals& signals_;
  fiber::Environment environment_;
  const std::string dir_;
  Processes processes_;
  std::string console_;  // ip:port of the server
  std::unique_ptr<rpc::FixedEndpoints> endpoints_;
  std::unique_ptr<rpc::Client> client_;
  std::unique_ptr<rpc::Server> control_;
  std::unique_ptr<Tail> load_;
  Report report_;
  bool fault_injected_ = false;
  // The present second, for the live line.
  LoadLine second_;
  Time next_line_{};
  Time load_began_{};
};

Status Supervisor::Core::Prepare() {
  Result<std::string> running = RunningDemo(options_.dir);
  if (running.ok()) {
    BELLROCK_ASSIGN(Address address, Address::Parse(*running));
    if (environment_.network.Connect(address).ok()) {
      return AlreadyExistsError("a demo already runs in " + dir_ +
                                "; end it, or choose another folder with --dir");
    }
  }
  BELLROCK_TRY(environment_.disk.CreateDirectories(dir_ + "/log"));
  BELLROCK_TRY(environment_.disk.CreateDirectories(dir_ + "/run"));
  BELLROCK_TRY(environment_.disk.CreateDirectories(dir_ + "/run-sh"));
  // Each demo begins empty; what a former one left would only confuse.
  for (const char* sub : {"/log", "/data", "/run/routes", "/run/counters"}) {
    Result<std::vector<std::string>> names = environment_.disk.List(dir_ + sub);
    if (!names.ok()) continue;
    for (const std::string& name : *names) (void)environment_.disk.Remove(dir_ + sub + "/" + name);
  }
  return Status::Ok();
}

Result<nlohmann::json> Supervisor::Core::WaitReady(const std::string& verb) {
  const Time deadline = environment_.clock.Now() + kReadyTimeout;
  while (environment_.clock.Now() < deadline && !Interrupted()) {
    Result<std::string> text =
        store::ReadSmallFile(environment_.disk, dir_ + "/" + verb + ".json", kStateBytesMax);
    if (text.ok()) return nlohmann::json::parse(*text, nullptr, false);
    if (!processes_.Running(verb)) break;
    BELLROCK_TRY(fiber::SleepFor(kTick));
  }
  return UnavailableError("bellrock " + verb + " did not start; its log says:\n" +
                          LastLines(environment_.disk, processes_.LogPath(verb)));
}

Status Supervisor::Core::StartPlatformAt(const std::string& listen) {
  processes_ = Processes({dir_, listen, "", options_.retry});
  const std::string first = options_.split ? "server" : "dev";
  BELLROCK_TRY(processes_.StartPlatform(first));
  BELLROCK_ASSIGN(nlohmann::json ready, WaitReady(first));
  console_ = ready.value("server", std::string());
  // A restarted server must come back where everybody looks for it.
  processes_.set_listen(console_);
  processes_.set_servers(console_);
  if (options_.split) {
    BELLROCK_TRY(processes_.StartPlatform("agent"));
    BELLROCK_TRY(WaitReady("agent").status());
  }
  BELLROCK_TRY(processes_.StartPlatform(Processes::kFarAgent));
  BELLROCK_TRY(WaitReady(Processes::kFarAgent).status());
  BELLROCK_ASSIGN(Address address, Address::Parse(console_));
  endpoints_ = std::make_unique<rpc::FixedEndpoints>(std::vector<Address>{address});
  rpc::ClientOptions client;
  client.caller = "demo/supervisor";
  client.callee = "bellrock/server";
  client_ = std::make_unique<rpc::Client>(environment_, *endpoints_, nullptr, client);
  return Status::Ok();
}

Status Supervisor::Core::StartPlatform() {
  if (!options_.listen.empty()) return StartPlatformAt(options_.listen);
  // Somebody else may hold the default port; a free one is better than no demo.
  BELLROCK_ASSIGN(Address wanted, Address::Parse(kDefaultListen));
  const bool taken = !environment_.network.Listen(wanted, {}).ok();
  return StartPlatformAt(taken ? "127.0.0.1:0" : kDefaultListen);
}

Result<int64_t> Supervisor::Core::CountWorking() {
  naming::v1::ListServicesRequest request;
  BELLROCK_ASSIGN(auto reply, naming::v1::NamingStub(*client_).ListServices(request));
  int64_t working = 0;
  for (const auto& row : reply.services()) working += row.working();
  return working;
}

Status Supervisor::Core::StartSite() {
  for (const SiteInstance& instance : MusicSite()) {
    BELLROCK_TRY(processes_.StartInstance(instance));
  }
  const auto wanted = static_cast<int64_t>(MusicSite().size());
  const Time deadline = environment_.clock.Now() + kReadyTimeout;
  while (environment_.clock.Now() < deadline && !Interrupted()) {
    Result<int64_t> working = CountWorking();
    if (working.ok() && *working >= wanted) return Status::Ok();
    BELLROCK_TRY(fiber::SleepFor(kTick));
  }
  return UnavailableError("the music site did not come up within 20 s; see " + dir_ + "/log");
}

Status Supervisor::Core::ServeControl() {
  rpc::ServerOptions options;
  options.name = "demo/supervisor";
  control_ = std::make_unique<rpc::Server>(environment_, options, nullptr);
  BELLROCK_TRY(control_->Add(*this));
  BELLROCK_TRY(control_->Listen(Address::Tcp("127.0.0.1", 0)));
  const nlohmann::json state = {
      {"control", control_->address().ToString()}, {"console", console_}, {"pid", getpid()}};
  return store::WriteFileAtomically(environment_.disk, dir_ + "/demo.json", state.dump() + "\n");
}

Status Supervisor::Core::SetFaults(const std::string& target, int delay_ms, double fail_ratio) {
  BELLROCK_ASSIGN(const SiteInstance* instance, FindInstance(target));
  naming::v1::LookupRequest lookup;
  lookup.set_target("/" + instance->site + "/demo/" + instance->service + "/default/" +
                    instance->instance);
  lookup.set_include_unusable(true);
  BELLROCK_ASSIGN(auto found, naming::v1::NamingStub(*client_).Lookup(lookup));
  if (found.instances().empty()) {
    return UnavailableError(target + " is not registered; heal it first");
  }
  BELLROCK_ASSIGN(Address address, Address::Parse(found.instances(0).spec().address()));
  rpc::FixedEndpoints endpoints({address});
  rpc::ClientOptions options;
  options.caller = "demo/supervisor";
  options.callee = instance->service;
  rpc::Client client(environment_, endpoints, nullptr, options);
  rpc::v1::SetRequest request;
  request.set_delay_ms(delay_ms);
  request.set_fail_ratio(fail_ratio);
  return rpc::v1::FaultsStub(client).Set(request).status();
}

Status Supervisor::Core::InjectPlatform(const v1::InjectRequest& request) {
  const std::string& verb = request.target();
  if (!processes_.Has(verb)) {
    return FailedPreconditionError(
        "this demo runs server and agent in one process; start it with "
        "--split to kill them one by one");
  }
  if (request.fault() == v1::InjectRequest::FAULT_KILL) {
    processes_.Kill(verb);
    return Status::Ok();
  }
  if (request.fault() != v1::InjectRequest::FAULT_HEAL) {
    return InvalidArgumentError("fault of " + verb + ": only kill and heal");
  }
  if (processes_.Running(verb)) return Status::Ok();
  BELLROCK_TRY(processes_.StartPlatform(verb));
  Result<nlohmann::json> ready = WaitReady(verb);
  return ready.ok() ? Status::Ok() : ready.status();
}

Result<v1::InjectReply> Supervisor::Core::Inject(ServerContext&, const v1::InjectRequest& request) {
  v1::InjectReply reply;
  const std::string& target = request.target();
  const bool heal = request.fault() == v1::InjectRequest::FAULT_HEAL;
  if (target == "server" || target == "agent" || target == "dev" ||
      target == Processes::kFarAgent) {
    if (!heal) report_.OnFault(UnixMs(environment_.clock));
    fault_injected_ = true;
    BELLROCK_TRY(InjectPlatform(request));
    reply.set_done(target +
                   (heal ? " runs" : " killed; calls go on by shared memory and snapshots"));
    return reply;
  }
  BELLROCK_ASSIGN(const std::vector<const SiteInstance*> instances, FindInstances(target));
  if (!heal) report_.OnFault(UnixMs(environment_.clock));
  fault_injected_ = true;
  for (const SiteInstance* instance : instances) {
    BELLROCK_ASSIGN(std::string done, InjectInstance(*instance, request.fault()));
    reply.set_done(reply.done() + (reply.done().empty() ? "" : "; ") + done);
  }
  return reply;
}

Result<std::string> Supervisor::Core::InjectInstance(const SiteInstance& instance,
                                                     v1::InjectRequest::Fault fault) {
  const std::string target = instance.target();
  switch (fault) {
    case v1::InjectRequest::FAULT_KILL:
      processes_.Kill(target);
      return target + " killed (SIGKILL)";
    case v1::InjectRequest::FAULT_STOP:
      processes_.Pause(target);
      return target + " stopped (SIGSTOP): takes connections and never answers";
    case v1::InjectRequest::FAULT_SLOW:
      BELLROCK_TRY(SetFaults(target, kSlowMs, 0));
      return target + " answers each call 200 ms later";
    case v1::InjectRequest::FAULT_FAIL:
      BELLROCK_TRY(SetFaults(target, 0, 1.0));
      return target + " fails every call";
    case v1::InjectRequest::FAULT_FLAKY:
      BELLROCK_TRY(SetFaults(target, 0, kFlakyShare));
      return target + " fails three calls of ten";
    case v1::InjectRequest::FAULT_HEAL:
      return Heal(instance);
    default:
      return InvalidArgumentError("fault: choose kill, stop, slow, fail, flaky or heal");
  }
}

Result<std::string> Supervisor::Core::Heal(const SiteInstance& instance) {
  const std::string target = instance.target();
  if (processes_.Running(target)) {
    processes_.Wake(target);
    BELLROCK_TRY(SetFaults(target, 0, 0));
  } else {
    BELLROCK_TRY(processes_.StartInstance(instance));
  }
  return target + " is healthy again";
}

void Supervisor::Core::PrintBanner() {
  std::fprintf(stderr,
               "\nThe music site is up: web/gateway -> music/catalog -> music/storage, 3 instances "
               "each, %d calls/s.\n"
               "  console   http://%s/\n"
               "  try       bellrock demo kill music/storage/2     a process dies\n"
               "            bellrock demo slow music/storage/1     200 ms slower\n"
               "            bellrock demo fail music/catalog/3     every call fails\n"
               "            bellrock demo stop music/storage/1     takes calls, never answers\n"
               "            bellrock demo heal music/storage/2\n"
               "            bellrock routing show music/storage --server %s\n"
               "  logs      %s/log\n  stop      Ctrl-C\n\n",
               options_.rate, console_.c_str(), console_.c_str(), dir_.c_str());
}

void Supervisor::Core::TakeLoadLines() {
  for (const std::string& text : load_->NewLines()) {
    Result<LoadLine> line = LoadLine::Parse(text);
    if (!line.ok()) continue;  // a log line of the load generator
    report_.Add(*line);
    second_.calls += line->calls;
    second_.failed += line->failed;
    for (const auto& [us, count] : line->latency_us) second_.latency_us[us] += count;
  }
}

void Supervisor::Core::PrintSecond() {
  Result<int64_t> working = CountWorking();
  std::string registry =
      working.ok() ? std::to_string(*working) + " instances working" : std::string("registry away");
  const double ok = second_.calls == 0
                        ? 100.0
                        : 100.0 * static_cast<double>(second_.calls - second_.failed) /
                              static_cast<double>(second_.calls);
  std::fprintf(stderr, "%5lld calls/s  %6.2f%% ok  p50 %5lld us  p99 %6lld us  %s%s\n",
               static_cast<long long>(second_.calls), ok,
               static_cast<long long>(PercentileUs(second_.latency_us, 0.5)),
               static_cast<long long>(PercentileUs(second_.latency_us, 0.99)), registry.c_str(),
               second_.failed == 0 ? "" : ("  last error: " + report_.last_error()).c_str());
  second_ = LoadLine();
}

Status Supervisor::Core::InjectOwnFault() {
  BELLROCK_ASSIGN(const v1::InjectRequest request, ParseFault(options_.fault));
  rpc::FixedEndpoints endpoints({control_->address()});
  rpc::Client client(environment_, endpoints, nullptr, {});
  BELLROCK_ASSIGN(v1::InjectReply reply, v1::DemoStub(client).Inject(request));
  std::fprintf(stderr, "fault: %s\n", reply.done().c_str());
  return Status::Ok();
}

Status Supervisor::Core::Watch() {
  load_ = std::make_unique<Tail>(environment_.disk, processes_.LogPath("load"));
  BELLROCK_TRY(processes_.StartLoad(options_.rate, options_.seconds));
  load_began_ = environment_.clock.Now();
  next_line_ = load_began_ + seconds(1);
  bool own_fault_due = !options_.fault.empty();
  while (processes_.Running("load") && !Interrupted()) {
    BELLROCK_TRY(fiber::SleepFor(kTick));
    TakeLoadLines();
    const Time now = environment_.clock.Now();
    if (own_fault_due && now >= load_began_ + seconds(options_.fault_after)) {
      own_fault_due = false;
      BELLROCK_TRY(InjectOwnFault());
    }
    if (now < next_line_) continue;
    next_line_ += seconds(1);
    PrintSecond();
  }
  TakeLoadLines();
  return Status::Ok();
}

Status Supervisor::Core::Run() {
  if (!options_.fault.empty()) BELLROCK_TRY(ParseFault(options_.fault).status());
  BELLROCK_TRY(Prepare());
  std::fprintf(stderr, "starting the platform ...\n");
  BELLROCK_TRY(StartPlatform());
  std::fprintf(stderr, "starting nine instances ...\n");
  BELLROCK_TRY(StartSite());
  BELLROCK_TRY(ServeControl());
  PrintBanner();
  Status watched = Watch();
  fiber::ScopedShield shield;
  (void)environment_.disk.Remove(dir_ + "/demo.json");
  control_->Shutdown(environment_.clock.Now() + seconds(1));
  client_.reset();
  processes_.StopAll();
  BELLROCK_TRY(watched);
  if (options_.json) std::printf("%s\n", report_.ToJson().c_str());
  if (!options_.json) {
    std::fprintf(stderr, "%lld calls, %lld failed\n", static_cast<long long>(report_.calls()),
                 static_cast<long long>(report_.failed()));
  }
  if (report_.calls() == 0) return UnavailableError("no call was made; see " + dir_ + "/log");
  if (!fault_injected_ && report_.failed() > 0) {
    return FailedPreconditionError(
        std::to_string(report_.failed()) +
        " calls failed although nothing was broken; the last one: " + report_.last_error());
  }
  return Status::Ok();
}

Supervisor::Supervisor(DemoOptions options, fiber::TerminationSignals& signals)
    : core_(std::make_unique<Core>(std::move(options), signals)) {}

Supervisor::~Supervisor() = default;

Status Supervisor::Run() {
  fiber::Loop loop;
  Status outcome;
  BELLROCK_TRY(loop.Spawn([&] {
    outcome = core_->Run();
    core_.reset();  // its sockets belong to this loop
    loop.Stop();
  }));
  loop.Run();
  return outcome;
}

}  // namespace bellrock::cli::demo
