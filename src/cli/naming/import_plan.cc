// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/import_plan.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <utility>

#include "rpc/http/json.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

// Maps in the order of their keys, so that equal messages have equal bytes.
std::string CanonicalOf(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream out(&bytes);
  google::protobuf::io::CodedOutputStream coded(&out);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

bool IsDocument(const v1::Instance& instance) {
  return !instance.operator_state().document().empty();
}

}  // namespace

void ImportPlan::Know(v1::Instance instance) {
  Known known;
  known.incarnation = instance.spec().incarnation();
  known.spec = CanonicalOf(instance.spec());
  known.operator_words = CanonicalOf(instance.operator_state());
  known_.insert_or_assign(std::move(*instance.mutable_spec()->mutable_path()), std::move(known));
}

ImportStep ImportPlan::Step(const v1::Instance& instance) {
  ImportStep step;
  Known wanted{instance.spec().incarnation(), CanonicalOf(instance.spec()),
               CanonicalOf(instance.operator_state())};
  const auto [at, is_new] = known_.try_emplace(instance.spec().path());
  Known& known = at->second;
  step.operator_words =
      !wanted.operator_words.empty() && wanted.operator_words != known.operator_words;
  if (step.operator_words) known.operator_words = std::move(wanted.operator_words);
  if (IsDocument(instance)) return step;  // nothing to register
  if (is_new) {
    step.spec = ImportStep::Spec::kNew;
  } else if (wanted.incarnation < known.incarnation) {
    step.spec = ImportStep::Spec::kOlder;
    return step;
  } else {
    step.spec = wanted.spec == known.spec ? ImportStep::Spec::kSame : ImportStep::Spec::kChanged;
  }
  known.incarnation = wanted.incarnation;
  known.spec = std::move(wanted.spec);
  return step;
}

Result<v1::Instance> ParseBackupLine(std::string_view line) {
  v1::Instance instance;
  BELLROCK_TRY(rpc::JsonToMessage(line, instance));
  const bool complete = !instance.spec().address().empty() || IsDocument(instance);
  if (instance.spec().path().empty() || !complete) {
    return InvalidArgumentError(
        "spec.path or spec.address is missing: is this a file of `bellrock naming export`?");
  }
  return instance;
}

Result<std::string> BackupLine(const v1::Instance& instance) {
  return rpc::MessageToJson(instance);
}

}  // namespace bellrock::cli
