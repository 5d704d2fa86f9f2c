// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/members_keeper.h"

#include <utility>

#include "base/log.h"
#include "naming/server/members_file.h"

namespace bellrock::naming::server {
namespace {

constexpr std::string_view kSubject = "naming/cluster";

}  // namespace

MembersKeeper::MembersKeeper(fiber::Environment environment, std::string data_dir)
    : environment_(environment), data_dir_(std::move(data_dir)) {
  if (data_dir_.empty()) return;
  auto loaded = LoadMembers(environment_.disk, data_dir_);
  if (loaded.ok()) {
    loaded_ = std::move(*loaded);
    saved_ = wanted_ = loaded_;
  } else {
    log::Warning(kSubject, "the last known members are not used: {}", loaded.status().ToString());
  }
}

void MembersKeeper::Start() {
  if (!data_dir_.empty()) writer_ = fiber::Start([this] { Run(); });
}

void MembersKeeper::Keep(std::vector<Address> members) {
  if (members.empty()) return;
  wanted_ = std::move(members);
  if (wanted_ != saved_) changed_.WakeOne();
}

void MembersKeeper::Stop() {
  if (!writer_.joinable()) return;
  writer_.Cancel();
  writer_.Join();
}

void MembersKeeper::Run() {
  for (;;) {
    while (wanted_ == saved_) {
      if (!changed_.Wait().ok()) return;
    }
    std::vector<Address> members = wanted_;
    const Status saved = SaveMembers(environment_.disk, data_dir_, members);
    if (saved.ok()) {
      saved_ = std::move(members);
    } else if (saved.code() != StatusCode::kCancelled && complaint_.Due(environment_.clock.Now())) {
      log::Warning(kSubject, "the last known members are not kept: {}", saved.ToString());
    }
    if (!fiber::SleepFor(kInterval).ok()) return;
  }
}

}  // namespace bellrock::naming::server
