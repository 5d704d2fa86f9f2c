// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"

namespace bellrock::fiber {

struct ProcessSpec {
  std::vector<std::string> argv;                                 // argv[0] is the program's path
  std::vector<std::pair<std::string, std::string>> environment;  // added to ours
  std::string output_path;  // stdout and stderr are appended here; "" keeps ours
};

// A child that dies when its parent does (PR_SET_PDEATHSIG), started on the main thread. The
// destructor kills and reaps it. One thread at a time.
class ChildProcess {
 public:
  // kNotFound / kPermissionDenied with the program's path.
  static Result<ChildProcess> Spawn(const ProcessSpec& spec);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  // Reaps if it has ended. Afterwards exit_code() is set: the exit status, or 128 + signal.
  bool Running();
  std::optional<int> exit_code() const { return exit_code_; }
  // Nothing if it has ended.
  void Signal(int signal);
  // Blocks the thread until it has ended, at most `timeout_ms`; then kills it.
  int WaitOrKill(int timeout_ms);

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

// What this process uses now.
struct ProcessUsage {
  uint64_t rss_bytes = 0;
  Duration cpu{0};  // user and system
  uint64_t threads = 0;
  uint64_t open_files = 0;
};
ProcessUsage CurrentUsage();

// What this machine calls itself; "localhost" if it does not say.
std::string HostName();

// Path of the running program, for finding its siblings.
std::string ProgramPath();

}  // namespace bellrock::fiber
