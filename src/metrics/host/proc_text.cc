// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/host/proc_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <set>

namespace bellrock::metrics::host {
namespace {

constexpr size_t kLineShownMax = 120;
constexpr uint64_t kSectorBytes = 512;  // in /proc/diskstats, whatever the disk has

std::string_view NextLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  for (size_t at = line.find_first_not_of(" \t"); at != std::string_view::npos;) {
    const size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(" \t", end);
  }
  return words;
}

bool ToNumber(std::string_view word, uint64_t& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

Status BadLine(std::string_view file, std::string_view line) {
  return InvalidArgumentError(
      fmt::format("/proc/{}: \"{}\" is not as this kernel's figures are read", file,
                  line.substr(0, kLineShownMax)));
}

// The numbers of words[from...]; false if there are fewer than `least`.
bool NumbersOf(const std::vector<std::string_view>& words, size_t from, size_t least,
               std::vector<uint64_t>& numbers) {
  numbers.clear();
  for (size_t i = from; i < words.size(); ++i) {
    uint64_t number = 0;
    if (!ToNumber(words[i], number)) break;
    numbers.push_back(number);
  }
  return numbers.size() >= least;
}

// "0.25" -> 250.
bool ToMilli(std::string_view word, uint64_t& milli) {
  const size_t dot = word.find('.');
  uint64_t whole = 0;
  uint64_t hundredths = 0;
  if (dot == std::string_view::npos || word.size() - dot != 3) return false;
  if (!ToNumber(word.substr(0, dot), whole)) return false;
  if (!ToNumber(word.substr(dot + 1), hundredths)) return false;
  milli = whole * 1000 + hundredths * 10;
  return true;
}

bool StartsWithAny(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [text](std::string_view prefix) { return text.starts_with(prefix); });
}

bool IsWire(std::string_view interface) {
  if (interface == "lo" || interface.find_first_of(".:@") != std::string_view::npos) return false;
  return !StartsWithAny(interface, {"veth", "docker", "br-", "virbr", "bond", "dummy", "ifb", "tun",
                                    "tap", "wg", "cni", "flannel", "cali", "sit", "gre", "ip6tnl"});
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// "sda", "vdb", "nvme0n1", "mmcblk0"; not "sda1", "nvme0n1p1", "dm-0", "loop0".
bool IsDisk(std::string_view name) {
  if (StartsWithAny(name, {"nvme", "mmcblk"})) {
    const size_t digits = name.find_last_not_of("0123456789");
    return digits + 1 < name.size() && name[digits] != 'p';
  }
  return StartsWithAny(name, {"sd", "vd", "hd", "xvd"}) && !IsDigit(name.back());
}

}  // namespace

Result<KernelStat> ParseStat(std::string_view text) {
  KernelStat stat;
  bool found = false;
  std::vector<uint64_t> numbers;
  while (!text.empty()) {
    const std::string_view line = NextLine(text);
    if (line.starts_with("intr ")) continue;  // thousands of words
    const auto words = WordsOf(line);
    if (words.size() < 2) continue;
    if (words[0] == "cpu") {
      // user nice system idle iowait irq softirq steal; guests are in user and nice.
      if (!NumbersOf(words, 1, 8, numbers)) return BadLine("stat", line);
      stat.cpu = {.user = numbers[0] + numbers[1],
                  .system = numbers[2] + numbers[5] + numbers[6],
                  .iowait = numbers[4],
                  .steal = numbers[7],
                  .idle = numbers[3]};
      found = true;
      continue;
    }
    if (words[0].starts_with("cpu")) ++stat.cpus;
    const std::pair<std::string_view, uint64_t*> counts[] = {
        {"ctxt", &stat.context_switches},
        {"processes", &stat.processes_started},
        {"procs_running", &stat.processes_running},
        {"procs_blocked", &stat.processes_blocked}};
    for (const auto& [name, to] : counts) {
      if (words[0] == name && !ToNumber(words[1], *to)) return BadLine("stat", line);
    }
  }
  if (!found) return InvalidArgumentError("/proc/stat: no line of \"cpu\"");
  return stat;
}

Result<LoadAverage> ParseLoadAverage(std::string_view text) {
  const auto words = WordsOf(text);
  LoadAverage load;
  if (words.size() < 3 || !ToMilli(words[0], load.load1_milli) ||
      !ToMilli(words[1], load.load5_milli) || !ToMilli(words[2], load.load15_milli)) {
    return BadLine("loadavg", text);
  }
  return load;
}

Result<HostMemory> ParseMemory(std::string_view text) {
  HostMemory memory;
  bool available = false;
  while (!text.empty()) {
    const std::string_view line = NextLine(text);
    const auto words = WordsOf(line);
    if (words.size() < 2) continue;
    const std::pair<std::string_view, uint64_t*> fields[] = {
        {"MemTotal:", &memory.total_kib},
        {"MemAvailable:", &memory.available_kib},
        {"SwapTotal:", &memory.swap_total_kib},
        {"SwapFree:", &memory.swap_free_kib}};
    for (const auto& [name, to] : fields) {
      if (words[0] == name && !ToNumber(words[1], *to)) return BadLine("meminfo", line);
    }
    available = available || words[0] == "MemAvailable:";
  }
  if (memory.total_kib == 0 || !available) {
    return InvalidArgumentError("/proc/meminfo: no MemTotal or no MemAvailable");
  }
  return memory;
}

Result<std::map<std::string, NetworkCounts>> ParseNetworkDevices(std::string_view text) {
  std::map<std::string, NetworkCounts> devices;
  std::vector<uint64_t> numbers;
  while (!text.empty()) {
    const std::string_view line = NextLine(text);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;  // the two lines of the head
    const auto name = WordsOf(line.substr(0, colon));
    if (name.size() != 1 || !NumbersOf(WordsOf(line.substr(colon + 1)), 0, 12, numbers)) {
      return BadLine("net/dev", line);
    }
    if (!IsWire(name[0])) continue;
    // Receive: bytes packets errs drop ...; transmit the same from the ninth on.
    devices[std::string(name[0])] = {.receive_bytes = numbers[0],
                                     .transmit_bytes = numbers[8],
                                     .errors = numbers[2] + numbers[3] + numbers[10] + numbers[11]};
  }
  return devices;
}

Result<std::map<std::string, DiskCounts>> ParseDiskStats(std::string_view text) {
  std::map<std::string, DiskCounts> disks;
  std::vector<uint64_t> numbers;
  while (!text.empty()) {
    const std::string_view line = NextLine(text);
    const auto words = WordsOf(line);
    if (words.empty()) continue;
    // major minor name, then reads merged sectors ms, writes merged sectors ms, in flight, busy ms.
    if (words.size() < 3 || !NumbersOf(words, 3, 10, numbers)) return BadLine("diskstats", line);
    if (!IsDisk(words[2])) continue;
    disks[std::string(words[2])] = {.read_bytes = numbers[2] * kSectorBytes,
                                    .write_bytes = numbers[6] * kSectorBytes,
                                    .busy_ms = numbers[9]};
  }
  return disks;
}

Result<TcpCounts> ParseSnmp(std::string_view text) {
  std::vector<std::string_view> names;
  while (!text.empty()) {
    const std::string_view line = NextLine(text);
    if (!line.starts_with("Tcp:")) continue;
    const auto words = WordsOf(line);
    if (names.empty()) {
      names = words;
      continue;
    }
    TcpCounts tcp;
    const std::pair<std::string_view, uint64_t*> fields[] = {{"CurrEstab", &tcp.connections},
                                                             {"RetransSegs", &tcp.retransmits}};
    for (const auto& [name, to] : fields) {
      const auto at =
          static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
      if (at >= words.size() || !ToNumber(words[at], *to)) return BadLine("net/snmp", line);
    }
    return tcp;
  }
  return InvalidArgumentError("/proc/net/snmp: no lines of \"Tcp:\"");
}

Result<uint64_t> ParseFileNumbers(std::string_view text) {
  const std::string_view line = NextLine(text);
  std::vector<uint64_t> numbers;
  // allocated, free, most
  if (!NumbersOf(WordsOf(line), 0, 2, numbers) || numbers[1] > numbers[0]) {
    return BadLine("sys/fs/file-nr", line);
  }
  return numbers[0] - numbers[1];
}

std::vector<std::string> ParseMounts(std::string_view text) {
  std::vector<std::string> places;
  std::set<std::string_view> devices;
  while (!text.empty()) {
    const auto words = WordsOf(NextLine(text));
    if (words.size() < 4 || !words[0].starts_with("/dev/") || words[0].starts_with("/dev/loop")) {
      continue;
    }
    const bool writable = words[3] == "rw" || words[3].starts_with("rw,");
    // A device that is mounted in several places has one space.
    if (writable && devices.insert(words[0]).second) places.emplace_back(words[1]);
  }
  return places;
}

}  // namespace bellrock::metrics::host
