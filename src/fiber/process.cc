// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace bellrock::fiber {
namespace {

// Everything the child needs, allocated before fork: between fork and exec only async-signal-safe
// calls are allowed.
struct Prepared {
  std::vector<std::string> environment;
  std::vector<char*> argv;
  std::vector<char*> envp;
};

Prepared Prepare(const ProcessSpec& spec) {
  Prepared prepared;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text(*entry);
    bool replaced = false;
    for (const auto& [name, value] : spec.environment) {
      replaced = replaced || text.starts_with(name + "=");
    }
    if (!replaced) prepared.environment.emplace_back(text);
  }
  for (const auto& [name, value] : spec.environment) {
    prepared.environment.push_back(name + "=" + value);
  }
  for (const std::string& arg : spec.argv) prepared.argv.push_back(const_cast<char*>(arg.c_str()));
  for (std::string& entry : prepared.environment) prepared.envp.push_back(entry.data());
  prepared.argv.push_back(nullptr);
  prepared.envp.push_back(nullptr);
  return prepared;
}

[[noreturn]] void RunChild(const Prepared& prepared, pid_t parent, int output) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // the parent died before prctl took effect
  if (output >= 0) {
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
  }
  execve(prepared.argv[0], prepared.argv.data(), prepared.envp.data());
  _exit(127);
}

int ExitCodeOf(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace

Result<ChildProcess> ChildProcess::Spawn(const ProcessSpec& spec) {
  const std::string& program = spec.argv.at(0);
  if (access(program.c_str(), X_OK) != 0) {
    std::string text = "start '" + program + "': " + std::strerror(errno);
    return errno == ENOENT ? NotFoundError(text) : PermissionDeniedError(text);
  }
  int output = -1;
  if (!spec.output_path.empty()) {
    output = open(spec.output_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (output < 0) {
      return PermissionDeniedError("log file '" + spec.output_path + "': " + std::strerror(errno));
    }
  }
  Prepared prepared = Prepare(spec);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) RunChild(prepared, parent, output);
  if (output >= 0) close(output);
  if (pid < 0) return ResourceExhaustedError(std::string("fork: ") + std::strerror(errno));
  return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(exit_code_, other.exit_code_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0 && Running()) WaitOrKill(0);
}

bool ChildProcess::Running() {
  if (pid_ <= 0 || exit_code_.has_value()) return false;
  int wait_status = 0;
  if (waitpid(pid_, &wait_status, WNOHANG) == 0) return true;
  exit_code_ = ExitCodeOf(wait_status);
  return false;
}

void ChildProcess::Signal(int signal) {
  if (Running()) kill(pid_, signal);
}

int ChildProcess::WaitOrKill(int timeout_ms) {
  if (!Running()) return exit_code_.value_or(-1);
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  pollfd poll_fd{pidfd, POLLIN, 0};
  if (pidfd < 0 || poll(&poll_fd, 1, timeout_ms) <= 0) kill(pid_, SIGKILL);
  if (pidfd >= 0) close(pidfd);
  int wait_status = 0;
  while (waitpid(pid_, &wait_status, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = ExitCodeOf(wait_status);
  return *exit_code_;
}

std::string HostName() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

ProcessUsage CurrentUsage() {
  ProcessUsage usage;
  std::ifstream statm("/proc/self/statm");
  uint64_t pages = 0;
  if (statm >> pages >> pages) {
    usage.rss_bytes = pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  rusage times{};
  ::getrusage(RUSAGE_SELF, &times);
  usage.cpu = std::chrono::seconds(times.ru_utime.tv_sec + times.ru_stime.tv_sec) +
              std::chrono::microseconds(times.ru_utime.tv_usec + times.ru_stime.tv_usec);
  std::error_code error;
  const auto count = [&error](const char* directory) {
    uint64_t entries = 0;
    for (auto at = std::filesystem::directory_iterator(directory, error);
         at != std::filesystem::directory_iterator(); at.increment(error)) {
      ++entries;
    }
    return entries;
  };
  usage.threads = count("/proc/self/task");
  usage.open_files = count("/proc/self/fd");
  return usage;
}

std::string ProgramPath() {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  return length > 0 ? std::string(path, static_cast<size_t>(length)) : std::string();
}

}  // namespace bellrock::fiber
