// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bellrock/status.h"

namespace bellrock::fiber {
class TerminationSignals;
}

namespace bellrock::cli::demo {

struct DemoOptions {
  std::string dir;     // "" takes /tmp/bellrock-demo-<uid>
  std::string listen;  // of the console; "" takes 127.0.0.1:7600, or a free port if that is in use
  int seconds = 0;     // end by itself after so much load; 0 = never
  int rate = 2000;     // calls per second
  bool retry = true;
  bool json = false;
  bool split = false;   // server and agent as two processes, so that each can be killed
  std::string fault;    // "kill:music/storage/2": injected by itself ...
  int fault_after = 5;  // ... so many seconds after the load began
};

// Directory of a demo: its state file, logs, sockets.
std::string DemoDirectory(const std::string& dir);

// Address of a running demo's supervisor, from its state file. kNotFound says how to start one.
Result<std::string> RunningDemo(const std::string& dir);

// Starts the platform, the music site and the load as child processes and watches over them.
// Everything runs in fibers of the calling (main) thread's loop, so that children die with this
// program. Call Run() once.
class Supervisor {
 public:
  Supervisor(DemoOptions options, fiber::TerminationSignals& signals);
  ~Supervisor();
  // Blocks until the time is over or a signal came. kFailedPrecondition if calls failed although no
  // fault was injected.
  Status Run();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::cli::demo
