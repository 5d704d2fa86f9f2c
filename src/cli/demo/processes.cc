// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/processes.h"

#include <signal.h>

#include <algorithm>
#include <chrono>

#include "fiber/environment.h"
#include "fiber/fiber.h"

namespace bellrock::cli::demo {
namespace {

constexpr char kNearSite[] = "sz";
constexpr char kFarSite[] = "sh";
constexpr int kStopGraceMs = 3000;
constexpr int kStopCheckMs = 10;

bool IsPlatform(const std::string& name) {
  return name == "dev" || name == "server" || name == "agent" || name == Processes::kFarAgent;
}

std::string Directory(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

// The examples lie beside the program when installed, and under build/<preset>/examples when built
// here.
std::string ExamplePath(const std::string& program) {
  const std::string here = Directory(fiber::ProgramPath());
  const std::string beside = here + "/" + program;
  if (fiber::RealEnvironment().disk.Open(beside, fiber::OpenMode::kRead).ok()) return beside;
  return Directory(Directory(here)) + "/examples/" + program;
}

}  // namespace

std::string Processes::LogPath(const std::string& name) const {
  std::string file = name;
  std::replace(file.begin(), file.end(), '/', '.');
  return setting_.dir + "/log/" + file + ".log";
}

Status Processes::Start(const std::string& name, const std::string& site, fiber::ProcessSpec spec) {
  spec.output_path = LogPath(name);
  spec.environment.emplace_back("BELLROCK_RUN_DIR",
                                setting_.dir + (site == kFarSite ? "/run-sh" : "/run"));
  if (!site.empty()) spec.environment.emplace_back("BELLROCK_SITE", site);
  if (!setting_.servers.empty())
    spec.environment.emplace_back("BELLROCK_SERVERS", setting_.servers);
  if (!setting_.retry) spec.environment.emplace_back("BELLROCK_ATTEMPTS", "1");
  BELLROCK_ASSIGN(fiber::ChildProcess child, fiber::ChildProcess::Spawn(spec));
  children_.erase(name);
  children_.emplace(name, std::move(child));
  return Status::Ok();
}

Status Processes::StartPlatform(const std::string& verb) {
  fiber::ProcessSpec spec;
  const std::string ready = setting_.dir + "/" + verb + ".json";
  (void)fiber::RealEnvironment().disk.Remove(ready);
  const bool far = verb == kFarAgent;
  spec.argv = {fiber::ProgramPath(), far ? "agent" : verb, "--ready-file", ready};
  if (far) spec.argv.insert(spec.argv.end(), {"--host", "host-sh"});
  if (verb == "agent") spec.argv.insert(spec.argv.end(), {"--host", "host-sz"});
  if (verb == "dev" || verb == "server") {
    spec.argv.insert(spec.argv.end(),
                     {"--listen", setting_.listen, "--data-dir", setting_.dir + "/data"});
  }
  return Start(verb, far ? kFarSite : kNearSite, std::move(spec));
}

Status Processes::StartInstance(const SiteInstance& instance) {
  fiber::ProcessSpec spec;
  spec.argv = {ExamplePath(instance.program)};
  spec.environment = {{"BELLROCK_INSTANCE", instance.instance},
                      {"BELLROCK_DEPARTMENT", "demo"},
                      {"BELLROCK_FAULTS", "1"}};
  return Start(instance.target(), instance.site, std::move(spec));
}

Status Processes::StartLoad(int rate, int seconds) {
  fiber::ProcessSpec spec;
  spec.argv = {ExamplePath("music_load"), std::to_string(rate), std::to_string(seconds)};
  spec.environment = {{"BELLROCK_AGENT", "none"}};
  return Start("load", "", std::move(spec));
}

bool Processes::Running(const std::string& name) {
  auto child = children_.find(name);
  return child != children_.end() && child->second.Running();
}

void Processes::Pause(const std::string& name) {
  auto child = children_.find(name);
  if (child != children_.end()) child->second.Signal(SIGSTOP);
}

void Processes::Wake(const std::string& name) {
  auto child = children_.find(name);
  if (child != children_.end()) child->second.Signal(SIGCONT);
}

void Processes::Kill(const std::string& name) {
  auto child = children_.find(name);
  if (child != children_.end()) child->second.WaitOrKill(0);
}

void Processes::StopAll() {
  // The site leaves before the platform, so that it can deregister.
  for (const bool platform : {false, true}) Stop(platform);
}

void Processes::Stop(bool platform) {
  std::vector<fiber::ChildProcess*> leaving;
  for (auto& [name, child] : children_) {
    if (IsPlatform(name) != platform) continue;
    child.Signal(SIGTERM);
    leaving.push_back(&child);
  }
  // In small sleeps: the loop's thread has other fibers to run.
  for (int waited_ms = 0; waited_ms < kStopGraceMs; waited_ms += kStopCheckMs) {
    std::erase_if(leaving, [](fiber::ChildProcess* child) { return !child->Running(); });
    if (leaving.empty()) return;
    (void)fiber::SleepFor(std::chrono::milliseconds(kStopCheckMs));
  }
  for (fiber::ChildProcess* child : leaving) child->WaitOrKill(0);
}

}  // namespace bellrock::cli::demo
