// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/importer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/unix_time.h"
#include "naming/document.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

constexpr Duration kProgressEvery = std::chrono::seconds(1);
constexpr uint64_t kLinesPerTurn = 200;  // then other fibers have theirs
constexpr uint64_t kInstancesPerTurn = 500;

bool IsPassing(const Status& status) {
  return status.code() == StatusCode::kUnavailable ||
         status.code() == StatusCode::kDeadlineExceeded;
}

v1::OperatorState StateOf(const v1::MaintenanceWindow::Planned& planned) {
  v1::OperatorState state;
  state.set_disabled(planned.disabled());
  state.set_isolated(planned.isolated());
  state.set_weight(planned.weight());
  state.set_reason(planned.reason());
  return state;
}

}  // namespace

Status ReadAll(const std::string& target, ChannelInterface& channel,
               const std::function<Status(v1::Instance)>& take) {
  v1::WatchRequest request;
  request.set_target(target.empty() ? "/" : target);
  BELLROCK_ASSIGN(auto stream, v1::NamingStub(channel).Watch(request));
  uint64_t taken = 0;
  for (bool more = true; more;) {
    v1::WatchReply reply;
    BELLROCK_ASSIGN(const bool came, stream.Read(reply));
    if (!came) return UnavailableError("the server ended before it had sent all: run it again");
    for (v1::Event& event : *reply.mutable_events()) {
      BELLROCK_TRY(take(std::move(*event.mutable_instance())));
      if (++taken % kInstancesPerTurn == 0) fiber::Yield();
    }
    more = reply.more();
  }
  return Status::Ok();
}

Status ReadDocuments(const std::string& target, ChannelInterface& channel,
                     const std::function<Status(v1::Instance)>& take) {
  v1::ListDocumentsRequest request;
  request.set_target(target.empty() ? "/" : target);
  for (bool more = true; more;) {
    BELLROCK_ASSIGN(v1::ListDocumentsReply reply, v1::NamingStub(channel).ListDocuments(request));
    more = reply.more() && reply.documents_size() > 0;
    for (v1::ListDocumentsReply::Document& document : *reply.mutable_documents()) {
      request.set_after(document.path());
      if (naming::IsServersNote(document.path())) continue;
      v1::Instance line;
      line.mutable_spec()->set_path(document.path());
      line.mutable_operator_state()->Swap(document.mutable_said());
      BELLROCK_TRY(take(std::move(line)));
    }
  }
  return Status::Ok();
}

Status Importer::Run(const std::string& file) {
  BELLROCK_ASSIGN(LineReader::Source source, OpenSource(file));
  const auto know = [&](v1::Instance instance) {
    plan_.Know(std::move(instance));
    return Status::Ok();
  };
  BELLROCK_TRY(ReadAll("", channel_, know));
  BELLROCK_TRY(ReadDocuments("", channel_, know));
  std::vector<fiber::JoinHandle> workers;
  for (int i = 0; i < kCalls; ++i) workers.push_back(fiber::Start([this] { Work(); }));
  const Status read = ReadLines(LineReader(std::move(source)));
  jobs_.Close();
  for (fiber::JoinHandle& worker : workers) worker.Join();
  return failure_.ok() ? read : failure_;
}

Status Importer::ReadLines(LineReader reader) {
  std::string line;
  while (failure_.ok()) {
    BELLROCK_ASSIGN(const bool more, reader.Next(line));
    if (!more) break;
    figures_.lines = reader.lines();
    if (!line.empty()) BELLROCK_TRY(Take(line));
    PrintProgress();
    if (figures_.lines % kLinesPerTurn == 0) fiber::Yield();
  }
  return Status::Ok();
}

Status Importer::Take(const std::string& line) {
  Result<v1::Instance> instance = ParseBackupLine(line);
  if (!instance.ok()) {
    Refuse(figures_.lines, instance.status());
    return Status::Ok();
  }
  Job job{figures_.lines, plan_.Step(*instance), std::move(*instance)};
  const bool nothing =
      job.step.spec == ImportStep::Spec::kSame || job.step.spec == ImportStep::Spec::kOlder;
  if (dry_run_ || (nothing && !job.step.operator_words)) {
    Count(job);
    return Status::Ok();
  }
  return jobs_.Send(std::move(job));
}

void Importer::Work() {
  while (true) {
    Result<Job> job = jobs_.Receive();
    if (!job.ok()) return;
    if (!failure_.ok()) continue;  // let the reader run to its end
    const Status done = Do(*job);
    if (done.ok()) {
      Count(*job);
    } else if (done.code() == StatusCode::kInvalidArgument) {
      Refuse(job->line, done);
    } else if (failure_.ok()) {
      failure_ = done.WithContext(fmt::format("line {}", job->line));
    }
  }
}

Status Importer::Do(const Job& job) {
  const bool registers =
      job.step.spec == ImportStep::Spec::kNew || job.step.spec == ImportStep::Spec::kChanged;
  if (registers) BELLROCK_TRY(Patiently([&] { return Register(job); }));
  if (job.step.operator_words) BELLROCK_TRY(Patiently([&] { return Operate(job); }));
  return Status::Ok();
}

Status Importer::Register(const Job& job) {
  const v1::NamingStub stub(channel_);
  v1::RegisterRequest request;
  *request.mutable_instance() = job.instance.spec();
  const Status done = stub.Register(request).status();
  if (done.code() != StatusCode::kAborted) return done;
  // Deregistered since the backup: it is wanted back all the same, in a life of its own.
  request.mutable_instance()->clear_incarnation();
  return stub.Register(request).status();
}

Status Importer::Operate(const Job& job) {
  const v1::NamingStub stub(channel_);
  v1::SetOperatorStateRequest request;
  request.set_path(job.instance.spec().path());
  v1::OperatorState& said = *request.mutable_operator_state();
  said = job.instance.operator_state();
  if (!said.has_window()) return stub.SetOperatorState(request).status();
  // First what holds around the window, then the window, unless it is over by now.
  const v1::MaintenanceWindow window = said.window();
  said.clear_window();
  const v1::OperatorState next = StateOf(window.next());
  const v1::OperatorState inside = window.begun() ? said : next;
  if (window.begun()) said = next;
  BELLROCK_TRY(stub.SetOperatorState(request).status());
  const int64_t now = fiber::UnixMs(fiber::RealEnvironment().clock);
  if (window.until_unix_ms() != 0 && window.until_unix_ms() <= now) return Status::Ok();
  said = inside;
  request.set_from_unix_ms(window.from_unix_ms());
  request.set_until_unix_ms(window.until_unix_ms());
  return stub.SetOperatorState(request).status();
}

Status Importer::Patiently(const std::function<Status()>& call) {
  Duration wait = kRetryMin;
  for (int tries = 1;; ++tries) {
    const Status done = call();
    if (!IsPassing(done) || tries == kTries) return done;
    BELLROCK_TRY(fiber::SleepFor(wait));
    wait = std::min(2 * wait, kRetryMax);
  }
}

void Importer::Count(const Job& job) {
  if (job.step.operator_words) ++figures_.operator_words;
  switch (job.step.spec) {
    case ImportStep::Spec::kNew:
      ++figures_.added;
      break;
    case ImportStep::Spec::kChanged:
      ++figures_.changed;
      break;
    case ImportStep::Spec::kSame:
      ++figures_.same;
      break;
    case ImportStep::Spec::kOlder:
      ++figures_.older;
      break;
  }
}

void Importer::Refuse(uint64_t line, const Status& why) {
  if (++figures_.refused > kRefusalsPrinted) return;
  std::fprintf(stderr, "bellrock: line %llu: %s\n", static_cast<unsigned long long>(line),
               why.ToString().c_str());
}

void Importer::PrintProgress() {
  const Time now = fiber::RealEnvironment().clock.Now();
  if (next_progress_ == kNever) next_progress_ = now + kProgressEvery;
  if (now < next_progress_) return;
  next_progress_ = now + kProgressEvery;
  std::fprintf(stderr, "%llu lines\n", static_cast<unsigned long long>(figures_.lines));
}

}  // namespace bellrock::cli
