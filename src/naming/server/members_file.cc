// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/members_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "store/log_files.h"

namespace bellrock::naming::server {
namespace {

using cluster::Liveness;
using cluster::Member;

constexpr size_t kFileBytesMax = 16 * 1024;
constexpr std::string_view kHeader =
    "# Last known members of the cluster, written by the server.\n";

std::string PathIn(const std::string& data_dir) {
  return data_dir + "/members";
}

}  // namespace

std::vector<Address> MembersToKeep(const cluster::Membership& membership) {
  std::vector<const Member*> others;
  for (const auto& [name, member] : membership.members()) {
    const bool other = name != membership.name() && member.liveness != Liveness::kLeft;
    if (other && member.profile.address.kind() == Address::Kind::kTcp) others.push_back(&member);
  }
  std::stable_sort(others.begin(), others.end(), [](const Member* a, const Member* b) {
    if (a->reachable() != b->reachable()) return a->reachable();
    return !a->reachable() && a->since > b->since;
  });
  if (others.size() > kMembersKept) others.resize(kMembersKept);
  std::vector<Address> addresses;
  for (const Member* member : others) addresses.push_back(member->profile.address);
  std::sort(addresses.begin(), addresses.end());
  return addresses;
}

std::string EncodeMembers(const std::vector<Address>& members) {
  std::string text(kHeader);
  for (const Address& member : members) text += member.ToString() + "\n";
  return text;
}

Result<std::vector<Address>> DecodeMembers(std::string_view text) {
  std::vector<Address> members;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return DataLossError("the last line is cut short");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (members.size() >= kMembersKept) break;
    const auto address = Address::Parse(line);
    if (!address.ok()) {
      return DataLossError(fmt::format("line {}: {}", number, address.status().message()));
    }
    members.push_back(*address);
  }
  return members;
}

Result<std::vector<Address>> LoadMembers(fiber::Disk& disk, const std::string& data_dir) {
  const std::string path = PathIn(data_dir);
  const Result<std::string> text = store::ReadSmallFile(disk, path, kFileBytesMax);
  if (text.status().code() == StatusCode::kNotFound) return std::vector<Address>();
  if (!text.ok()) return text.status();
  Result<std::vector<Address>> members = DecodeMembers(*text);
  if (!members.ok()) return members.status().WithContext(path);
  return members;
}

Status SaveMembers(fiber::Disk& disk, const std::string& data_dir,
                   const std::vector<Address>& members) {
  BELLROCK_TRY(disk.CreateDirectories(data_dir));
  return store::WriteFileAtomically(disk, PathIn(data_dir), EncodeMembers(members));
}

}  // namespace bellrock::naming::server
